"""Addresses of the supervision room."""

from django.urls import URLPattern, path

from shouwen.desk.supervision import views

urlpatterns: list[URLPattern] = [
    path("supervision/", views.board, name="supervision"),
    path("supervision/complaints/", views.behind, name="supervision_behind"),
    path("supervision/slips/", views.slips, name="supervision_slips"),
]
