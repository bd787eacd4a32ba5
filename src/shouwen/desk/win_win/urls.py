"""Address of the win-win page."""

from django.urls import URLPattern, path

from shouwen.desk.win_win import views

urlpatterns: list[URLPattern] = [path("win-win/", views.overview, name="win_win")]
