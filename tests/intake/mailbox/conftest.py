import os
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from psycopg.conninfo import make_conninfo
from pytest_django import Settings

from shouwen.core.duties import Duty
from shouwen.organisation import directory as organisation
from shouwen.organisation.models import Contact, Holding, Staff, Unit
from tests.intake.mailbox.letters import US

SOURCE = Path(__file__).resolve().parents[3] / "src"


def small_bank() -> None:
    """A head office and its hotline centre with an agent, who is also its contact, and a supervisor."""
    since = date(2020, 1, 1)
    head = Unit.objects.create(code="1", name="总行", kind="head_office", path="001", opened_on=since)
    hotline = Unit.objects.create(
        code="100001", name="热线中心", kind="hotline", parent=head, path="001001", opened_on=since
    )
    for number, duty in (("100101", Duty.HOTLINE_AGENT), ("100110", Duty.HOTLINE_SUPERVISOR)):
        staff = Staff.objects.create(employee_no=number, name="某人", unit=hotline, password=make_password("x"))
        Holding.objects.create(staff=staff, duty=duty.value, unit=hotline, from_date=since)
    Contact.objects.create(unit=hotline, staff=Staff.objects.get(employee_no="100101"), rank="A")
    organisation.forget()


def of_this_database() -> dict[str, str]:
    """The environment of a process that works on the database of this test."""
    told = connection.settings_dict
    return {
        **os.environ,
        "PYTHONPATH": str(SOURCE),
        "DATABASE_URL": make_conninfo(
            host=told["HOST"] or None,
            port=told["PORT"] or None,
            user=told["USER"] or None,
            password=told["PASSWORD"] or None,
            dbname=told["NAME"],
        ),
    }


@pytest.fixture
def bank(begun: None, settings: Settings) -> None:
    """A small bank with an address for complaints."""
    small_bank()
    settings.SHOUWEN_MAILBOX_ADDRESSES = (US,)
