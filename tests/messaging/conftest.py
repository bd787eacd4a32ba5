"""The demo bank with ways out that end on loopback."""

from collections.abc import Iterator
from datetime import time

import pytest
from pytest_django.fixtures import Settings

from shouwen.core.people import Actor
from shouwen.organisation.models import Staff
from tests.messaging.cases import person
from tests.messaging.counterparts import Gateway, MailServer, gateway, mail_server


@pytest.fixture
def sms(settings: Settings) -> Iterator[Gateway]:
    """An SMS gateway that records. Without quiet hours: a test that is about them sets its own."""
    settings.SHOUWEN_QUIET_HOURS = (time(0), time(0))
    with gateway() as stub:
        settings.SHOUWEN_SMS_URL = stub.url
        yield stub


@pytest.fixture
def mail(settings: Settings) -> Iterator[MailServer]:
    """A mail server that keeps what it gets."""
    with mail_server() as stub:
        settings.SHOUWEN_EMAIL = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", stub.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield stub


@pytest.fixture
def agent(staffed: None) -> Actor:
    Staff.objects.update(email="")
    return person("100101")
