"""Addresses of the statistics room."""

from django.urls import URLPattern, path

from shouwen.desk.statistics import views

urlpatterns: list[URLPattern] = [
    path("statistics/", views.overview, name="statistics"),
    path("statistics/workbook.xlsx", views.workbook, name="statistics_workbook"),
]
