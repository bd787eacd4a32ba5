"""Addresses of the improvement room."""

from django.urls import URLPattern, path

from shouwen.desk.improvement import views

urlpatterns: list[URLPattern] = [
    path("improvement/", views.overview, name="improvement"),
    path("improvement/new/", views.new, name="improvement_new"),
    path("improvement/<str:item_number>/", views.item, name="improvement_item"),
    path("improvement/<str:item_number>/<slug:act>/", views.take, name="improvement_act"),
]
