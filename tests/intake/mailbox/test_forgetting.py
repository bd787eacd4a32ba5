"""来信原件的保存期限: sources that belong to no complaint go in time; what a person must decide about never goes by itself."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from shouwen.casework import queries
from shouwen.intake.mailbox import waiting
from shouwen.intake.mailbox.forgetting import forget_old
from shouwen.intake.mailbox.keeping import keep, raw_source
from shouwen.intake.mailbox.models import IncomingMail
from shouwen.intake.mailbox.registering import take
from shouwen.intake.tasks import forget_old as nightly
from shouwen.organisation.models import Staff, Upload
from tests.intake.mailbox.letters import mail

pytestmark = pytest.mark.usefixtures("bank")
AUTOMATIC = {"Auto_Submitted": "auto-replied"}


def received(raw: bytes, at: datetime | None = None) -> IncomingMail:
    row = keep(raw, at)
    take(row.id)
    row.refresh_from_db()
    return row


def later(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)


def test_the_source_of_an_automatic_mail_goes_and_leaves_the_list_after_the_period() -> None:
    row = received(mail(**AUTOMATIC))
    assert row.state == "automatic"
    assert forget_old(later(179)) == 0
    assert forget_old(later(181)) == 1
    row.refresh_from_db()
    assert bytes(row.sealed) == b""
    assert not waiting.waiting().exists()


def test_the_period_is_a_setting(settings: Settings) -> None:
    received(mail(**AUTOMATIC))
    settings.SHOUWEN_MAILBOX_KEEP_DAYS = 10
    assert forget_old(later(11)) == 1


def test_what_a_complaint_came_from_stays_with_it() -> None:
    row = received(mail())
    assert forget_old(later(3650)) == 0
    row.refresh_from_db()
    assert raw_source(row)


def test_a_mail_that_waits_for_a_decision_stays() -> None:
    row = received(b"\n")
    assert (row.state, row.handled_at) == ("unreadable", None)
    assert forget_old(later(3650)) == 0


def test_a_dismissed_mail_goes_the_period_after_it_was_dismissed() -> None:
    row = received(b"\n")
    assert row.state == "unreadable"
    IncomingMail.objects.filter(id=row.id).update(handled_at=later(100))
    assert forget_old(later(181)) == 0
    assert forget_old(later(281)) == 1


def test_a_forgotten_mail_that_comes_again_is_known() -> None:
    raw = mail(**AUTOMATIC)
    row = received(raw)
    forget_old(later(181))
    assert keep(raw, None).id == row.id
    assert not waiting.waiting().exists()


def test_a_mail_that_was_forgotten_is_not_forgotten_again() -> None:
    received(mail(**AUTOMATIC))
    assert [forget_old(later(181)), forget_old(later(182))] == [1, 0]


def test_what_is_to_be_forgotten_is_found_by_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # the table of a test is too small for an index to pay
    old = IncomingMail.objects.filter(is_complaints=False, size__gt=0, received_at__lt=timezone.now())
    assert "mail_to_forget" in queries.explain(old)


def test_an_upload_that_nobody_confirmed_goes_in_the_night() -> None:
    staff = Staff.objects.get(employee_no="100101")
    for days in (0, 2):
        Upload.objects.create(staff=staff, content=b"sealed", created_at=later(-days))
    nightly(0)
    assert Upload.objects.count() == 1
