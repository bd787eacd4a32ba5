"""Addresses of the warnings room."""

from django.urls import URLPattern, path, re_path

from shouwen.desk.warnings import rules, views

NUMBER = r"^warnings/(?P<number>YJ[0-9]{4}-[0-9]{6,12})"
urlpatterns: list[URLPattern] = [
    path("warnings/", views.overview, name="warnings"),
    path("warnings/rules/", rules.overview, name="watch_rules"),
    path("warnings/rules/new/", rules.new, name="watch_rule_new"),
    path("warnings/rules/<int:rule_id>/", rules.rule, name="watch_rule"),
    path("warnings/rules/<int:rule_id>/change/", rules.change, name="watch_rule_change"),
    path("warnings/rules/<int:rule_id>/test/", rules.test, name="watch_rule_test"),
    path("warnings/rules/<int:rule_id>/on/", rules.switch_on, name="watch_rule_on"),
    path("warnings/rules/<int:rule_id>/off/", rules.switch_off, name="watch_rule_off"),
    re_path(NUMBER + "/$", views.warning, name="warning"),
    re_path(NUMBER + "/take/$", views.take, name="warning_take"),
    re_path(NUMBER + "/hand-over/$", views.hand_over, name="warning_hand_over"),
    re_path(NUMBER + "/close/$", views.close, name="warning_close"),
]
