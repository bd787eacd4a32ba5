"""What may be done to a complaint, from every place, by every duty: rules that no line of the table may break."""

from collections.abc import Iterable

import pytest

from shouwen.core.duties import Action, Duty
from tests.permissions.matrix import PAPER, Standing, paper, standings

LOOKING = {Action.SEE, Action.OPEN_FILE, Action.REVEAL}
RESPONSIBLE_ALONE = {Action.INVESTIGATE, Action.DRAFT, Action.REPLY}


def breaking(these: Iterable[Standing], forbidden: set[Action]) -> list[tuple[Standing, Action]]:
    return [(each, action) for each in these for action in each.allowed if action in forbidden]


def test_the_paper_says_what_the_program_does() -> None:
    assert PAPER.read_text() == paper(), "python -m tests.permissions.matrix"


def test_below_and_beside_nobody_without_a_part_in_it_sees_anything() -> None:
    outside = [each for each in standings("none") if each.place in ("below", "beside")]
    assert breaking(outside, set(Action)) == []


def test_of_what_is_secret_only_discipline_inspection_knows_without_a_part_in_it() -> None:
    others = [each for each in standings("none") if each.secret and each.duty is not Duty.DISCIPLINE_OFFICER]
    assert breaking(others, set(Action)) == []


def test_discipline_inspection_above_sees_what_is_secret() -> None:
    assert Action.SEE in Standing(Duty.DISCIPLINE_OFFICER, "above", "none", True).allowed


def test_the_employee_complained_about_may_nothing_whatever_the_duty() -> None:
    assert breaking(standings("complained about"), set(Action) - {Action.REGISTER}) == []


def test_an_administrator_as_such_sees_no_complaint() -> None:
    assert breaking((each for each in standings("none") if each.duty is Duty.ADMINISTRATOR), set(Action)) == []


def test_what_one_may_not_see_one_may_not_touch() -> None:
    blind = [each for each in standings() if Action.SEE not in each.allowed]
    assert breaking(blind, set(Action) - {Action.REGISTER}) == []


def test_an_auditor_looks_and_notes_and_changes_nothing_but_the_own_standing() -> None:
    auditors = [each for each in standings("none") if each.duty is Duty.AUDITOR]
    assert breaking(auditors, set(Action) - LOOKING - {Action.NOTE, Action.DECLARE_INTEREST}) == []


def test_a_functional_department_neither_opens_files_nor_reveals() -> None:
    officers = [each for each in standings("none") if each.duty is Duty.FUNCTIONAL_OFFICER]
    assert breaking(officers, {Action.OPEN_FILE, Action.REVEAL}) == []


@pytest.mark.parametrize("relation", ["none", "offered"])
def test_only_the_responsible_person_investigates_drafts_and_replies(relation: str) -> None:
    assert breaking(standings(relation), RESPONSIBLE_ALONE) == []


@pytest.mark.parametrize("relation", ["none", "responsible"])
def test_only_whom_it_was_offered_to_signs_or_sends_back(relation: str) -> None:
    assert breaking(standings(relation), {Action.SIGN_FOR, Action.SEND_BACK}) == []


def test_no_person_acts_for_the_program() -> None:
    assert breaking(standings(), {Action.PROGRAM}) == []
