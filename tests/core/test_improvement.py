"""改进事项: who may do what, what each step makes of an item, who hears of it when, and what the figures say."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from shouwen.core.duties import Duty, reach_of, reader_keys
from shouwen.core.improvement import Act, Finding, ImprovementRule, Item, Kind, Measured, Origin, State, acts, effect
from shouwen.core.improvement import escalating as levels
from shouwen.core.improvement.acts import Context, Proposal
from shouwen.core.improvement.effect import Seen, Verdict, Window
from shouwen.core.improvement.escalating import Level
from shouwen.core.people import Actor, Post
from shouwen.core.refusal import Refusal
from tests.core.bank import BRANCH, HEAD, OUTLET, PEOPLE, UNION, Bank, actor

TODAY = date(2026, 6, 1)
RULE = ImprovementRule()
BANK = Bank()


def context(who: str, today: date = TODAY, **posts: Any) -> Context:
    return Context(actor(who), today, BANK, RULE)


def proposed(**changes: Any) -> Item:
    given = Proposal(kind="defect", field="process", title="加开窗口", text="中午只开一个窗口。", owner_unit=OUTLET)
    return acts.propose(msgspec.structs.replace(given, **changes), "GJ2026-000001", context("a"))


def accepted(owner: int = 7, due: int = 30) -> Item:
    return acts.accept(proposed(), context("union"), owner=owner, due_on=TODAY + timedelta(due))


def done(owner: int = 7, on: date = TODAY) -> Item:
    return acts.finish(accepted(owner), context("leader", on), measure="增开弹性窗口。", done_on=on)


def refused(call: Any, *given: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as caught:
        call(*given, **more)
    assert caught.value.message.zh
    assert caught.value.message.en
    return caught.value.rule


def test_an_item_goes_from_the_proposal_to_the_judgement() -> None:
    item = acts.judge(done(), context("union"), finding="effective", text="件数下降。", ready_on=None)
    assert (item.state, item.finding, item.owner, item.decided_by) == (State.JUDGED, Finding.EFFECTIVE, 7, 3)
    assert not item.state.is_open


@pytest.mark.parametrize("who", ["agent", "supervisor", "union", "inspector", "a", "leader", "stranger"])
def test_whoever_handles_complaints_proposes(who: str) -> None:
    assert acts.may(actor(who), Act.PROPOSE, None)


@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_who_handles_none_does_not_propose(who: str) -> None:
    proposal = Proposal(kind="defect", field="process", title="题", text="文", owner_unit=OUTLET)
    assert refused(acts.propose, proposal, "GJ", context(who)) == "not-yours"


@pytest.mark.parametrize(
    ("who", "may"),
    [("union", True), ("leader", True), ("a", False), ("stranger", False), ("auditor", False), ("supervisor", False)],
)
def test_leaders_and_unions_above_the_owners_unit_decide(who: str, may: bool) -> None:
    unit = BANK.unit(OUTLET)
    assert unit is not None
    assert acts.may(actor(who), Act.ACCEPT, proposed(), unit.line) is may


def test_a_functional_officer_decides_for_the_units_of_the_institution() -> None:
    person = PEOPLE[9]
    officer = Actor(person, (Post(Duty.FUNCTIONAL_OFFICER, BRANCH, BRANCH),))
    item = acts.accept(proposed(), Context(officer, TODAY, BANK), owner=None, due_on=TODAY + timedelta(9))
    assert item.owner == 7
    assert reach_of(officer.posts[0]) == BRANCH


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"title": "　"}, "text-missing"),
        ({"text": ""}, "text-missing"),
        ({"title": "长" * 61}, "text-too-long"),
        ({"text": "长" * 2_001}, "text-too-long"),
        ({"kind": "both"}, "not-on-the-list"),
        ({"field": "luck"}, "not-on-the-list"),
        ({"origin": "dream"}, "not-on-the-list"),
        ({"owner_unit": 99}, "unit-unknown"),
        ({"measured": Measured(HEAD)}, "measured-elsewhere"),
        ({"measured": Measured(OUTLET, "class")}, "measured-unknown"),
        ({"measured": Measured(OUTLET, "verdict", "above")}, "measured-unknown"),
    ],
)
def test_a_proposal_that_makes_no_sense_is_refused_in_words(changes: dict[str, Any], rule: str) -> None:
    assert refused(proposed, **changes) == rule


def test_what_looks_like_a_customers_number_is_not_kept() -> None:
    assert "13812345678" not in proposed(text="客户 13812345678 建议中午加开窗口。").text


def test_a_department_is_measured_by_its_institution_and_what_lies_below() -> None:
    assert proposed(owner_unit=UNION, measured=Measured(HEAD)).measured == Measured(HEAD)
    assert proposed(owner_unit=UNION, measured=Measured(OUTLET, "class", "attitude")).measured is not None


@pytest.mark.parametrize("due", [TODAY, TODAY - timedelta(1), None, TODAY + timedelta(2_000)])
def test_a_due_date_lies_ahead_and_not_too_far(due: date | None) -> None:
    assert refused(acts.accept, proposed(), context("union"), owner=7, due_on=due) == "due-day"


def test_the_owner_works_in_the_owners_unit() -> None:
    assert refused(acts.accept, proposed(), context("union"), owner=8, due_on=TODAY + timedelta(9)) == "owner-elsewhere"
    assert accepted(owner=5).owner == 5


def test_a_decline_has_a_reason() -> None:
    assert refused(acts.decline, proposed(), context("leader"), reason=" ") == "text-missing"
    assert acts.decline(proposed(), context("leader"), reason="系统已在改造。").state is State.DECLINED


def test_what_is_decided_is_not_decided_again() -> None:
    assert refused(acts.decline, accepted(), context("leader"), reason="不做。") == "moved-on"
    assert refused(acts.finish, proposed(), context("leader"), measure="做了。", done_on=TODAY) == "moved-on"


def test_owner_or_leader_reports_it_done_and_nobody_else() -> None:
    item = accepted(owner=5)
    assert acts.finish(item, context("a"), measure="做了。", done_on=TODAY).done_by == 5
    assert acts.finish(item, context("leader"), measure="做了。", done_on=TODAY).done_by == 7
    assert refused(acts.finish, item, context("b"), measure="做了。", done_on=TODAY) == "not-yours"


@pytest.mark.parametrize("day", [None, TODAY + timedelta(1), TODAY - timedelta(1)])
def test_it_was_done_between_the_proposal_and_today(day: date | None) -> None:
    assert refused(acts.finish, accepted(), context("leader"), measure="做了。", done_on=day) == "done-day"


def test_nobody_judges_what_they_own_or_did() -> None:
    given = {"finding": "effective", "text": "件数下降。", "ready_on": None}
    assert refused(acts.judge, done(owner=5), context("leader"), **given) == "own-work"
    assert refused(acts.judge, done(owner=7), context("leader"), **given) == "own-work"


def test_a_deputy_of_the_owner_does_not_judge() -> None:
    deputy = msgspec.structs.replace(actor("union"), deputy_of=frozenset({7}))
    given = {"finding": "effective", "text": "件数下降。", "ready_on": None}
    assert refused(acts.judge, done(), Context(deputy, TODAY, BANK), **given) == "own-work"


def test_before_the_figures_can_tell_it_is_too_early_and_stays_open() -> None:
    ready = TODAY + timedelta(29)
    given = {"text": "再看一个月。", "ready_on": ready}
    assert refused(acts.judge, done(), context("union"), finding="effective", **given) == "too-early"
    item = acts.judge(done(), context("union"), finding="too_early", **given)
    assert (item.state, item.finding) == (State.DONE, Finding.TOO_EARLY)
    assert acts.judge(item, context("union", ready), finding="not_effective", **given).state is State.JUDGED


def test_a_change_says_why_and_begins_the_reminders_anew() -> None:
    item = msgspec.structs.replace(accepted(), told=int(Level.LEADER))
    later = TODAY + timedelta(60)
    changed = acts.change(item, context("union"), owner=5, due_on=later, reason="人员调整。")
    assert (changed.owner, changed.due_on, changed.told) == (5, later, 0)
    same = {"owner": item.owner, "due_on": item.due_on}
    assert refused(acts.change, item, context("union"), reason="无。", **same) == "nothing-changed"
    assert refused(acts.change, item, context("union"), reason="", **same) == "text-missing"


def test_nobody_moves_an_item_to_a_unit_out_of_reach() -> None:
    given = {"owner": None, "due_on": TODAY + timedelta(9), "reason": "转办。", "owner_unit": BRANCH}
    assert refused(acts.change, accepted(), context("leader"), **given) == "not-yours"


def test_both_units_and_those_above_them_read_an_item_and_others_do_not() -> None:
    audience = acts.audience(accepted(), BANK)
    readers = {
        who
        for who in ("agent", "union", "a", "b", "leader", "stranger", "auditor")
        if audience & reader_keys(actor(who))
    }
    assert readers == {"union", "a", "b", "leader", "auditor"}


# --- Reminders -----------------------------------------------------------------------------------------------------------


def said(item: Item, day: int) -> tuple[Level, ...]:
    assert item.due_on is not None
    return levels.due_levels(item, RULE, item.due_on + timedelta(day))


def test_the_owner_is_warned_a_week_before_and_told_when_it_is_over() -> None:
    item = accepted()
    assert said(item, -8) == ()
    assert said(item, -7) == (Level.WARNED,)
    assert said(msgspec.structs.replace(item, told=1), 0) == ()
    assert said(msgspec.structs.replace(item, told=1), 1) == (Level.OWNER,)


def test_what_is_not_done_goes_to_the_leader_and_then_to_the_one_above() -> None:
    item = msgspec.structs.replace(accepted(owner=5), told=int(Level.OWNER))
    assert said(item, 3) == ()
    assert said(item, 4) == (Level.LEADER,)
    assert levels.recipients(item, Level.LEADER, BANK) == (7,)
    assert said(msgspec.structs.replace(item, told=3), 11) == (Level.SUPERIOR,)


def test_after_a_long_stop_each_level_is_said_once_and_no_warning_comes_late() -> None:
    assert said(accepted(), 40) == (Level.OWNER, Level.LEADER, Level.SUPERIOR)
    assert said(msgspec.structs.replace(accepted(), told=4), 400) == ()
    assert levels.look_on(msgspec.structs.replace(accepted(), told=4), RULE) is None


def test_a_leader_who_owns_it_is_not_told_as_the_leader_too() -> None:
    assert levels.recipients(accepted(owner=7), Level.LEADER, BANK) != (7,)


def test_a_proposal_that_nobody_decides_goes_to_the_leader() -> None:
    item = proposed()
    assert levels.look_on(item, RULE) == TODAY + timedelta(11)
    assert levels.due_levels(item, RULE, TODAY + timedelta(11)) == (Level.LEADER,)
    assert levels.recipients(item, Level.LEADER, BANK) == (7,)


def test_who_accepted_it_hears_when_the_effect_can_be_told() -> None:
    item = done()
    assert levels.due_levels(item, RULE, TODAY + timedelta(28)) == ()
    assert levels.due_levels(item, RULE, TODAY + timedelta(29)) == (Level.WARNED,)
    assert levels.recipients(item, Level.WARNED, BANK) == (3,)


@pytest.mark.parametrize("item", [proposed(), accepted(), done()])
def test_what_is_said_is_said_in_both_languages(item: Item) -> None:
    for _day, level in levels.steps(item, RULE):
        assert levels.words(item, level).zh
        assert levels.words(item, level).en


# --- The effect ----------------------------------------------------------------------------------------------------------


def test_the_windows_are_of_one_length_and_leave_out_what_lies_between() -> None:
    of = effect.windows(date(2026, 3, 1), date(2026, 5, 1), date(2026, 6, 1), RULE)
    assert of == (Window(date(2026, 1, 30), date(2026, 2, 28)), Window(date(2026, 5, 2), date(2026, 5, 31)))
    assert of[0].days == of[1].days == 30


def test_the_windows_grow_no_further_than_the_rule_says() -> None:
    of = effect.windows(date(2026, 1, 1), date(2026, 2, 1), date(2026, 12, 31), RULE)
    assert of is not None
    assert [each.days for each in of] == [90, 90]


@pytest.mark.parametrize(("day", "is_early"), [(28, True), (29, False)])
def test_a_short_time_after_the_measure_is_too_early(day: int, is_early: bool) -> None:
    assert (effect.windows(TODAY, TODAY, TODAY + timedelta(day), RULE) is None) is is_early


def told(before: int, after: int, of_all: tuple[int, int] = (900, 900)) -> effect.Effect:
    of = effect.windows(TODAY, TODAY, TODAY + timedelta(91), RULE)
    assert of is not None
    return effect.effect(of, (Seen(before, of_all[0]), Seen(after, of_all[1])), TODAY, RULE)


def test_the_figures_are_told_as_a_sentence() -> None:
    fell = told(60, 20)
    assert fell.verdict is Verdict.FELL
    words = effect.in_words(fell)
    assert words.zh == "前 90 天 60 件，整改后 90 天 20 件，为原来的 33%（95% 区间 19% 至 56%）。下降明显，不像偶然。"
    assert "33% of the rate before (95% interval 19% to 56%)" in words.en


def test_few_complaints_are_flagged() -> None:
    assert told(6, 3).few
    assert not told(6, 4).few
    assert "件数很少" in effect.in_words(told(3, 1)).zh


def test_a_fall_of_all_complaints_is_seen_in_the_share() -> None:
    general = told(60, 20, (900, 300))
    assert general.verdict is Verdict.FELL
    assert general.by_share is not None
    assert not general.by_share.fell


@pytest.mark.parametrize(("before", "after"), [(0, 0), (0, 4), (4, 0), (10, 11), (10, 60)])
def test_every_outcome_has_its_sentence(before: int, after: int) -> None:
    of = told(before, after)
    for words in (effect.in_words(of), effect.share_in_words(of)):
        assert words is None or (words.zh and words.en)
    assert (of.verdict is Verdict.NO_CASES) is (before + after == 0)


def test_kinds_and_states_have_their_names() -> None:
    for each in (*Kind, *Origin, *State, *Finding, *Act):
        assert each.label.zh
        assert each.label.en
