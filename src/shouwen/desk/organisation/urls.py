"""Addresses of the organisation room."""

from django.urls import URLPattern, path

from shouwen.desk.organisation import calendar, importing, mine, passwords, staff, units

urlpatterns: list[URLPattern] = [
    path("organisation/", units.overview, name="organisation"),
    path("organisation/new-unit/", units.new, name="unit_new"),
    path("organisation/units/<str:code>/", units.unit, name="unit"),
    path("organisation/units/<str:code>/edit/", units.edit, name="unit_edit"),
    path("organisation/units/<str:code>/move/", units.move, name="unit_move"),
    path("organisation/units/<str:code>/close/", units.close, name="unit_close"),
    path("organisation/units/<str:code>/reopen/", units.reopen, name="unit_reopen"),
    path("organisation/units/<str:code>/people/", units.people, name="unit_people"),
    path("organisation/new-person/", staff.new, name="staff_new"),
    path("organisation/staff/<int:key>/", staff.person, name="staff"),
    path("organisation/staff/<int:key>/edit/", staff.edit, name="staff_edit"),
    path("organisation/staff/<int:key>/duty/", staff.duty, name="staff_duty"),
    path("organisation/staff/<int:key>/state/", staff.state, name="staff_state"),
    path("organisation/staff/<int:key>/absence/", staff.absence, name="absence"),
    path("organisation/staff/<int:key>/password-code/", passwords.code, name="password_code"),
    path("organisation/duties/<int:key>/end/", staff.duty_end, name="duty_end"),
    path("organisation/absences/<int:key>/end/", staff.absence_end, name="absence_end"),
    path("organisation/import/", importing.upload, name="organisation_import"),
    path("organisation/import/template.xlsx", importing.template, name="organisation_template"),
    path("organisation/import/<uuid:key>/", importing.preview, name="organisation_preview"),
    path("organisation/import/<uuid:key>/rejects.xlsx", importing.rejects, name="organisation_rejects"),
    path("mine/", mine.mine, name="mine"),
    path("mine/absence/", mine.own_absence, name="own_absence"),
    path("mine/absences/<int:key>/end/", mine.own_absence_end, name="own_absence_end"),
    path("mine/deputies/new/", mine.lend, name="lend"),
    path("mine/deputies/<int:key>/end/", mine.lend_end, name="lend_end"),
    path("calendar/", calendar.year, name="calendar"),
    path("calendar/exceptions/", calendar.exception, name="calendar_exception"),
    path("password/", passwords.set_password, name="set_password"),
]
