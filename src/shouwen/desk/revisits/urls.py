"""Addresses of the revisits room."""

from django.urls import URLPattern, path

from shouwen.desk.revisits import views

urlpatterns: list[URLPattern] = [
    path("revisits/", views.overview, name="revisits"),
    path("revisits/plan/", views.plan, name="revisit_plan"),
    path("revisits/plan/<int:plan_id>/draw/", views.draw, name="revisit_draw"),
    path("revisits/plan/<int:plan_id>/end/", views.end, name="revisit_plan_end"),
    path("revisits/draws/<int:draw_id>/", views.drawn, name="revisits_drawn"),
    path("revisits/<int:sample_id>/", views.sample, name="revisit"),
    path("revisits/<int:sample_id>/number/", views.look, name="revisit_number"),
]
