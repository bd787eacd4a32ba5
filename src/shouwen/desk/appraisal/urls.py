"""Addresses of the appraisal room."""

from django.urls import URLPattern, path

from shouwen.desk.appraisal import files, views

urlpatterns: list[URLPattern] = [
    path("appraisal/", views.overview, name="appraisal"),
    path("appraisal/draw-up/", views.draw_up, name="appraisal_draw_up"),
    path("appraisal/<int:period_id>/", views.period, name="appraisal_period"),
    path("appraisal/<int:period_id>/sheets.<slug:form>", files.file, name="appraisal_file"),
    path("appraisal/<int:period_id>/close/", views.close, name="appraisal_close"),
    path("appraisal/<int:period_id>/units/<int:unit_id>/", views.behind, name="appraisal_behind"),
    path("appraisal/entries/<int:entry_id>/<slug:fact>/", views.object_to, name="appraisal_object"),
    path("appraisal/objections/<int:objection_id>/", views.decide, name="appraisal_decide"),
]
