"""Addresses of the warnings room."""

from django.urls import URLPattern, path

from shouwen.desk.warnings import rules, views

urlpatterns: list[URLPattern] = [
    path("warnings/", views.overview, name="warnings"),
    path("warnings/rules/", rules.overview, name="watch_rules"),
    path("warnings/rules/new/", rules.new, name="watch_rule_new"),
    path("warnings/rules/<int:rule_id>/", rules.rule, name="watch_rule"),
    path("warnings/rules/<int:rule_id>/change/", rules.change, name="watch_rule_change"),
    path("warnings/rules/<int:rule_id>/test/", rules.test, name="watch_rule_test"),
    path("warnings/rules/<int:rule_id>/on/", rules.switch_on, name="watch_rule_on"),
    path("warnings/rules/<int:rule_id>/off/", rules.switch_off, name="watch_rule_off"),
    path("warnings/<str:warning>/", views.warning, name="warning"),
    path("warnings/<str:warning>/take/", views.take, name="warning_take"),
    path("warnings/<str:warning>/hand-over/", views.hand_over, name="warning_hand_over"),
    path("warnings/<str:warning>/close/", views.close, name="warning_close"),
]
