"""The demo bank shows what the program can do: every way in, every kind, every mark that a list may carry."""

from datetime import UTC, datetime

import pytest

from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.core.complaint import Complaint, read_complaint
from shouwen.core.policy import Policy
from shouwen.demo.load import COMPLAINTS
from shouwen.packs import load as pack
from tests.ground import StandOn, demo_bank

UNTIL = datetime(2026, 11, 24, 8, tzinfo=UTC)


def policy() -> Policy:
    return pack("boc-2008")


@pytest.fixture
def complaints(stand_on: StandOn) -> list[Complaint]:
    stand_on(demo_bank(COMPLAINTS, until=UNTIL))
    return [read_complaint(state) for state in ComplaintRow.objects.values_list("state", flat=True)]


def test_the_year_has_every_channel_kind_and_mark(complaints: list[Complaint]) -> None:
    assert {each.channel for each in complaints} == {channel.code for channel in policy().channels}
    assert {each.kind for each in complaints} == {kind.code for kind in policy().kinds}
    assert {"superior", "media"} <= {clock.kind for each in complaints for clock in each.clocks}
    marks = {
        "repeat": any(each.earlier for each in complaints),
        "secret": any(each.secret for each in complaints),
        "anonymous": any(each.anonymous for each in complaints),
        "withdrawn": any(each.stage == "withdrawn" for each in complaints),
        "review asked": any(each.review_asked_at for each in complaints),
        "news": any(each.news_at for each in complaints),
        "reopened": any(each.reopened for each in complaints),
        "representatives": any("representative_names" in each.channel_facts for each in complaints),
    }
    assert [mark for mark, is_there in marks.items() if not is_there] == []
    last = {entry.complaint_id: entry.kind for entry in JournalEntry.objects.order_by("seq")}
    assert "sent_back" in last.values()
    assert "hand_over_offered" in JournalEntry.objects.values_list("kind", flat=True)
