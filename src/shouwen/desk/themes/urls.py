"""Address of the themes page."""

from django.urls import URLPattern, path

from shouwen.desk.themes import views

urlpatterns: list[URLPattern] = [path("themes/", views.overview, name="themes")]
