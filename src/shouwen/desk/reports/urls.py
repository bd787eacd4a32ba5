"""Addresses of the reports room."""

from django.urls import URLPattern, path

from shouwen.desk.reports import archived, live

urlpatterns: list[URLPattern] = [
    path("reports/", archived.overview, name="reports"),
    path("reports/now/<slug:kind>/", live.page, name="report_now"),
    path("reports/now/<slug:kind>.<slug:form>", live.file, name="report_now_file"),
    path("reports/order/", archived.order, name="report_order"),
    path("reports/schedules/<int:schedule_id>/end/", archived.end, name="report_schedule_end"),
    path("reports/<int:report_id>/", archived.report, name="report"),
    path("reports/<int:report_id>/report.<slug:form>", archived.file, name="report_file"),
    path("reports/<int:report_id>/receive/", archived.receive, name="report_receive"),
    path("reports/<int:report_id>/anew/", archived.draw_up_anew, name="report_anew"),
]
