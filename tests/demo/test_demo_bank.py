"""示范银行: whatever the day on which it is loaded, a visitor finds every stage, channel, class, ground and mark."""

from datetime import UTC, datetime

import pytest
from django.db.models import Q

from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.casework.rules import standing_policy
from shouwen.core.complaint import Stage, read_complaint
from shouwen.demo import load
from tests.ground import StandOn, demo_bank

DAYS = [
    datetime(2026, 2, 20, 9, tzinfo=UTC),
    datetime(2026, 3, 9, 1, tzinfo=UTC),
    datetime(2026, 10, 5, 23, tzinfo=UTC),
    datetime(2026, 11, 24, 12, tzinfo=UTC),
    datetime(2027, 1, 4, 1, tzinfo=UTC),
]
HAPPENED = {
    "sent_back",
    "taken_back",
    "passed_on",
    "hand_over_offered",
    "reply_returned",
    "reopened",
    "revealed",
    "note_added",
    "withdrawn",
    "review_asked",
    "statement_added",
    "superior_answered",
    "classified",
    "acknowledged",
    "time_marked",
    "extension_requested",
    "extension_granted",
    "extension_refused",
    "signature_refused",
}


@pytest.fixture(scope="module", params=DAYS, ids=[f"{day:%Y-%m-%d}" for day in DAYS])
def moment(request: pytest.FixtureRequest) -> datetime:
    """Of the module, so that the tests of one day follow one another."""
    moment: datetime = request.param
    return moment


@pytest.fixture
def day(moment: datetime, stand_on: StandOn) -> datetime:
    stand_on(demo_bank(0, until=moment, cast=True))
    return moment


def test_every_situation_is_there_on_every_day(day: datetime) -> None:
    rows = ComplaintRow.objects.all()
    assert set(rows.values_list("stage", flat=True)) == set(Stage)
    assert set(JournalEntry.objects.values_list("kind", flat=True)) >= HAPPENED
    for mark in (
        Q(repeat=True),
        Q(secret=True),
        Q(anonymous=True),
        Q(news_at__isnull=False),
        Q(review_asked_at__isnull=False),
        Q(employee_about__isnull=False),
        Q(is_open=True, due_at__lt=day),
        Q(sign_due_at__isnull=False),
        Q(alarm="escalated"),
        Q(escalated_to__isnull=False),
        Q(extension_asked_at__isnull=False),
        Q(signature_awaited=True),
    ):
        assert rows.filter(mark).exists(), mark


def test_nothing_happens_in_the_future(day: datetime) -> None:
    assert not JournalEntry.objects.filter(at__gt=day).exists()


def test_every_complaint_says_that_it_is_generated(day: datetime) -> None:
    assert {read_complaint(state).source for state in ComplaintRow.objects.values_list("state", flat=True)} == {"demo"}


def test_the_year_and_the_cast_have_every_channel_kind_class_and_ground(begun: None) -> None:
    load.load(complaints=360, until=DAYS[3], cast=True)
    policy = standing_policy()
    complaints = [read_complaint(state) for state in ComplaintRow.objects.values_list("state", flat=True)]
    assert {each.channel for each in complaints} == {channel.code for channel in policy.channels}
    assert {each.kind for each in complaints} == {kind.code for kind in policy.kinds}
    assert {each.class_ for each in complaints} - {""} == {each.code for each in policy.given_classes}
    assert {each.decline_ground for each in complaints} - {""} == {ground.code for ground in policy.decline_grounds}
