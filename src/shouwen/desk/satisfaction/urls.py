"""Addresses of the room of satisfaction and loyalty."""

from django.urls import URLPattern, path

from shouwen.desk.satisfaction import views

urlpatterns: list[URLPattern] = [
    path("satisfaction/", views.overview, name="satisfaction"),
    path("satisfaction/files/", views.files, name="loaded_files"),
]
