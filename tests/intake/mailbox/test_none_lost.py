"""怪邮件从头走到尾: every odd mail is stored and ends as a complaint or as a case for a person, and its source stays readable."""

from pathlib import Path

import pytest
from pytest_django import Settings

from shouwen.casework.models import ComplaintRow
from shouwen.casework.verify import id_range, verify_range
from shouwen.intake.mailbox import registering
from shouwen.intake.mailbox.keeping import keep, raw_source
from shouwen.intake.mailbox.models import FOR_A_PERSON, IncomingMail, State
from shouwen.intake.mailbox.registering import take_waiting
from shouwen.intake.mailbox.waiting import shown, waiting
from shouwen.site.prepare import begin
from tests.ground import StandOn
from tests.intake.mailbox.conftest import small_bank
from tests.intake.mailbox.corpus import CORPUS
from tests.intake.mailbox.letters import US

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "mail"


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sender may write a thousand of them."""
    monkeypatch.setattr(registering, "MOST_PER_SENDER", 1000)


def take_all() -> dict[str, IncomingMail]:
    raws = {name: odd.raw for name, odd in CORPUS.items()}
    if SHARED.exists():
        raws |= {path.stem: path.read_bytes() for path in SHARED.glob("*.eml")}
    kept = {name: keep(raw, None) for name, raw in raws.items()}
    assert take_waiting() == len({row.id for row in kept.values()})
    for row in kept.values():
        row.refresh_from_db()
    return kept


IDS: dict[str, int] = {}


def all_taken() -> None:
    begin()
    small_bank()
    IDS.update({name: row.id for name, row in take_all().items()})


@pytest.fixture
def taken(settings: Settings, many: None, stand_on: StandOn) -> dict[str, IncomingMail]:
    settings.SHOUWEN_MAILBOX_ADDRESSES = (US,)
    stand_on(all_taken)
    return {name: IncomingMail.objects.get(id=IDS[name]) for name in IDS}


def test_none_is_lost_and_the_program_fails_on_none(taken: dict[str, IncomingMail]) -> None:
    assert {name for name, row in taken.items() if row.state == State.NEW or row.reason == "failed"} == set()
    assert all(
        (row.state in FOR_A_PERSON) is not row.is_complaints for row in taken.values() if row.state != "duplicate"
    )


def test_a_persons_mail_with_a_sender_becomes_a_complaint(taken: dict[str, IncomingMail]) -> None:
    names = [name for name, odd in CORPUS.items() if not odd.kind and b"From: <a@b.example>" in odd.raw]
    assert {name for name in names if taken[name].state != State.REGISTERED} == set()
    assert len(names) > 80


def test_what_waits_for_a_person_can_be_looked_at(taken: dict[str, IncomingMail]) -> None:
    for row in waiting().defer(None):
        shown(row)


def test_every_source_stays_as_it_came(taken: dict[str, IncomingMail]) -> None:
    assert {name for name, odd in CORPUS.items() if raw_source(taken[name]) != odd.raw} == set()


def test_the_journal_of_what_they_became_verifies(committed_db: None, many: None) -> None:
    small_bank()
    take_all()
    assert ComplaintRow.objects.count() > 80
    assert verify_range(*id_range()).differences == []
