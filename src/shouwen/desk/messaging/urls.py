"""Addresses of the messages room."""

from django.urls import URLPattern, path

from shouwen.desk.messaging import outbox, wordings

urlpatterns: list[URLPattern] = [
    path("settings/outbox/", outbox.waiting, name="outbox"),
    path("settings/outbox/<uuid:key>/resend/", outbox.resend, name="outbox_resend"),
    path("settings/outbox/<uuid:key>/cancel/", outbox.cancel, name="outbox_cancel"),
    path("settings/messages/", wordings.listed, name="wordings"),
    path("settings/messages/<slug:code>/<slug:form>/<slug:language>/", wordings.edit, name="wording"),
    path(
        "settings/messages/<slug:code>/<slug:form>/<slug:language>/restore/", wordings.restore, name="wording_restore"
    ),
]
