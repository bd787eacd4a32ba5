"""监管统计归类: what somebody chose counts before what follows, and nothing is chosen that the standard does not have."""

import msgspec
import pytest

from shouwen.core.complaint import decide, read_complaint, read_event, write_complaint, write_event
from shouwen.core.complaint.categorising import Categorise
from shouwen.core.complaint.ending import Archive
from shouwen.core.figures import axes_of
from shouwen.core.refusal import Refusal
from tests.core.bank import POLICY, RECEIVED, Told, came_to, context, told
from tests.core.test_secrecy import refused

BOTH = {"business_channel": "counter", "cause": "fees"}


def axes(case: Told) -> tuple[str, ...]:
    assert case.complaint is not None
    return axes_of(case.complaint, POLICY)


def test_what_is_chosen_counts_before_what_follows_from_the_class() -> None:
    case = told(4)
    assert axes(case) == ("cause:service",)
    case.do("a", Categorise(chosen=BOTH))
    assert axes(case) == ("business_channel:counter", "cause:fees")


def test_a_choice_that_is_taken_back_leaves_what_follows() -> None:
    case = told(4)
    case.do("a", Categorise(chosen=BOTH))
    case.do("a", Categorise(chosen={"cause": "", "business_channel": ""}))
    assert axes(case) == ("cause:service",)
    assert case.complaint is not None
    assert case.complaint.categories == {}


def test_only_what_changes_goes_on_the_journal() -> None:
    case = told(4)
    case.do("a", Categorise(chosen=BOTH))
    (event,) = case.do("a", Categorise(chosen={**BOTH, "cause": "rules"}))
    assert event.chosen == {"cause": "rules"}  # type: ignore[attr-defined]


def test_a_choice_comes_back_from_the_journal_and_the_row() -> None:
    case = told(4)
    (event,) = case.do("a", Categorise(chosen=BOTH))
    assert read_event(write_event(event)) == event
    assert case.complaint is not None
    assert read_complaint(write_complaint(case.complaint)) == case.complaint


def test_a_row_from_before_has_no_choice() -> None:
    case = told(4)
    assert case.complaint is not None
    assert b"categories" not in write_complaint(case.complaint)
    assert read_complaint(write_complaint(case.complaint)).categories == {}


@pytest.mark.parametrize("chosen", [{"cause": "gossip"}, {"weather": "rain"}, {"business_type": "counter"}])
def test_what_the_standard_does_not_have_is_refused(chosen: dict[str, str]) -> None:
    refused(told(4), "a", Categorise(chosen=chosen), "category-unknown")


def test_what_is_so_already_is_refused() -> None:
    case = told(4)
    case.do("a", Categorise(chosen=BOTH))
    refused(case, "a", Categorise(chosen=BOTH), "categories-unchanged")
    refused(case, "a", Categorise(chosen={"business_type": ""}), "categories-unchanged")


@pytest.mark.parametrize("who", ["stranger", "auditor", "administrator", "b"])
def test_who_does_not_classify_does_not_choose(who: str) -> None:
    refused(told(4), who, Categorise(chosen=BOTH), "not-your-duty")


def test_a_choice_may_still_be_made_after_the_end() -> None:
    case = came_to(Archive)
    case.do("a", Archive())
    case.do("a", Categorise(chosen=BOTH))
    assert "cause:fees" in axes(case)


def test_a_choice_counts_also_where_the_complaints_own_pack_has_no_axes() -> None:
    """It was received before the bank's pack had any, and the return is drawn up along those of today."""
    case = told(4)
    case.do("a", Categorise(chosen=BOTH))
    assert case.complaint is not None
    bare = msgspec.structs.replace(POLICY, statistics=())
    assert axes_of(case.complaint, bare) == ("business_channel:counter", "cause:fees")


def test_a_pack_without_axes_has_nothing_to_choose() -> None:
    bare = msgspec.structs.replace(POLICY, statistics=())
    case = told(4)
    assert case.complaint is not None
    with pytest.raises(Refusal) as refusal:
        decide(case.complaint, Categorise(chosen=BOTH), msgspec.structs.replace(context("a", RECEIVED), policy=bare))
    assert refusal.value.rule == "no-axes"
