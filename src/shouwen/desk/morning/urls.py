"""Addresses of the morning boards."""

from django.urls import URLPattern, path

from shouwen.desk.morning import views

urlpatterns: list[URLPattern] = [
    path("morning/", views.morning, name="morning"),
    path("morning/wall/", views.wall, name="morning_wall"),
]
