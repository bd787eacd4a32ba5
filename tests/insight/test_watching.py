"""事前预防: each day is judged once whatever happens, a series has one open warning, and a rule finds what its back-test said."""

from datetime import date, datetime, time, timedelta
from random import Random
from uuid import uuid4

import msgspec
import pytest
from django.db import connection
from django.utils import timezone

from shouwen.casework.models import ComplaintRow
from shouwen.core.early_warning import Finding
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.demo import load
from shouwen.desk.warnings import wording
from shouwen.insight import figures
from shouwen.insight.models import EarlyWarning, Figure, SurgeDay, SurgeWatch, WarningEvidence, WatchRule
from shouwen.insight.watching import raising, rules, surges, warnings
from shouwen.insight.watching.models import FindingKind, State
from shouwen.insight.watching.rules import Asked
from shouwen.insight.watching.series import Key
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.organisation.models import Absence, Staff
from tests.casework.test_door import person
from tests.desk.bank import AGENT, AUDITOR, SUPERVISOR
from tests.ground import StandOn, demo_bank

DAY = timedelta(days=1)
UNION, BRANCH_UNION, OUTLET_LEADER, HEAD = "100201", "110201", "11110110", "000002"
OUTLET = "111101"
NAMES = [field.name for field in Figure._meta.fields if field.name not in ("id", "unit", "day", "dimension", "code")]


@pytest.fixture
def demo(stand_on: StandOn) -> None:
    stand_on(demo_bank(120))


@pytest.fixture
def folded(stand_on: StandOn) -> None:
    stand_on(demo_bank(150, folded=True))


@pytest.fixture
def bank(staffed: None) -> None:
    """The demo bank's organisation."""


def unit_id(code: str) -> int:
    unit = directory().unit_by_code(code)
    assert unit is not None
    return unit.id


def today() -> date:
    return working_calendar().local_date(timezone.now())


def at(day: date) -> datetime:
    """The morning after a day."""
    return datetime.combine(day + DAY, time(8), working_calendar().zone)


def past(surge: date, seed: int = 1, days: int = 200, tall: int = 12) -> None:
    """A quiet past of one class at one outlet, in the roll-up at each level, and a surge on one day."""
    dice = Random(seed)
    line = [directory().unit(each) for each in directory().unit(unit_id(OUTLET)).line]  # type: ignore[union-attr]
    rows = []
    for back in range(days, -1, -1):
        day = today() - back * DAY
        count = sum(dice.random() < 0.5 for _ in range(2)) + (tall if day == surge else 0)
        for unit in line:
            assert unit is not None
            for dimension, code in (("all", ""), ("class", "attitude"), ("unit", str(unit_id(OUTLET)))):
                rows.append(_figure(unit.id, day, dimension, code, count))
    Figure.objects.bulk_create(rows)


def _figure(unit: int, day: date, dimension: str, code: str, count: int) -> Figure:
    return Figure(unit=unit, day=day, dimension=dimension, code=code, **{**dict.fromkeys(NAMES, 0), "received": count})


def watched(days: int, now: datetime | None = None) -> int:
    """Judge so many days that are over."""
    return surges.watch(now or timezone.now(), since=today() - days * DAY)


def finding(day: date, days: int = 1) -> Finding:
    return Finding(day, days, 9, 1.5, 1e-6, 50)


def key(code: str = OUTLET, dimension: str = "class", value: str = "attitude") -> Key:
    return Key(unit_id(code), dimension, value)


def raised(code: str = OUTLET, day: date | None = None) -> EarlyWarning:
    raising.record(key(code), (finding(day or today() - DAY),), timezone.now())
    return EarlyWarning.objects.latest("id")


# --- The daily job -------------------------------------------------------------------------------------------------------


def test_a_surge_at_one_outlet_is_one_warning_where_it_happened_and_none_of_those_above(bank: None) -> None:
    surge = today() - 2 * DAY
    past(surge)
    watched(3)
    held = EarlyWarning.objects.get()
    assert (held.unit, held.dimension, held.code) == (unit_id(OUTLET), "class", "attitude")
    evidence = held.evidence.get(day=surge, first=surge)
    assert evidence.observed >= 12
    assert evidence.expected < 3
    assert evidence.chance is not None


def test_days_that_were_missed_are_judged_once_and_again_changes_nothing(bank: None) -> None:
    past(today() - 3 * DAY)
    assert watched(5) == 5
    told = list(WarningEvidence.objects.values_list("day", "first", "observed").order_by("day", "first"))
    assert (watched(5), surges.watch(timezone.now())) == (0, 0)
    assert list(WarningEvidence.objects.values_list("day", "first", "observed").order_by("day", "first")) == told
    assert SurgeWatch.objects.get().watched_until == today() - DAY


def test_days_caught_up_together_find_what_days_one_by_one_find(bank: None) -> None:
    past(today() - 3 * DAY)
    watched(6)
    together = set(SurgeDay.objects.values_list("unit", "dimension", "code", "day"))
    for model in (WarningEvidence, EarlyWarning, SurgeDay, SurgeWatch):
        model.objects.all().delete()
    for back in range(6, 0, -1):
        surges.watch(at(today() - back * DAY), since=today() - 6 * DAY)
    assert set(SurgeDay.objects.values_list("unit", "dimension", "code", "day")) == together
    assert together


def test_a_quiet_past_warns_of_nothing(bank: None) -> None:
    past(date.min)
    watched(40)
    assert not EarlyWarning.objects.exists()


def test_a_bank_without_complaints_is_watched_all_the_same(bank: None) -> None:
    assert watched(3) == 3


# --- One warning for each series --------------------------------------------------------------------------------------------


def test_while_a_warning_is_open_further_days_are_its_evidence(bank: None) -> None:
    held = raised(day=today() - 3 * DAY)
    assert raising.record(key(), (finding(today() - DAY),), timezone.now()) is False
    held.refresh_from_db()
    assert (EarlyWarning.objects.count(), held.evidence.count(), held.last_on) == (1, 2, today() - DAY)


def test_the_complaints_of_a_closed_warning_raise_no_second_one(bank: None) -> None:
    held = closed(raised(day=today() - 3 * DAY))
    assert raising.record(key(), (finding(today() - DAY, days=7),), timezone.now()) is False
    assert raising.record(key(), (finding(today() - DAY),), timezone.now()) is True
    assert EarlyWarning.objects.exclude(id=held.id).get().first_on == today() - DAY


def closed(held: EarlyWarning, who: str = OUTLET_LEADER) -> EarlyWarning:
    warnings.take(person(who), held, timezone.now())
    return warnings.close(person(who), held, FindingKind.REAL, "系统升级后排队时间变长。", timezone.now())


# --- Who owns it and what is done --------------------------------------------------------------------------------------------


def staff(employee_no: str) -> Staff:
    return Staff.objects.get(employee_no=employee_no)


def test_the_leader_of_the_unit_owns_a_warning(bank: None) -> None:
    assert raised().owner == staff(OUTLET_LEADER).id


def test_where_the_leader_is_away_the_superior_s_union_officer_owns_it(bank: None) -> None:
    Absence.objects.create(staff=staff(OUTLET_LEADER), from_date=today(), to_date=today())
    from shouwen.organisation import directory as organisation

    organisation.forget()
    owner = directory().person(raised().owner)
    assert owner is not None
    assert owner.id in {staff(BRANCH_UNION).id, staff("110210").id}


def test_who_takes_a_warning_owns_it_and_closes_it_with_a_finding(bank: None) -> None:
    held = closed(raised())
    assert (held.state, held.finding) == (State.CLOSED, "real")
    assert [each.what for each in held.steps.order_by("id")] == ["raised", "taken", "closed"]


@pytest.mark.parametrize(
    ("finding_kind", "words", "rule"),
    [("", "没有", "finding-missing"), ("chance", "　", "text-missing"), ("chance", "长" * 2001, "text-too-long")],
)
def test_a_warning_is_not_closed_without_a_finding_in_words(
    bank: None, finding_kind: str, words: str, rule: str
) -> None:
    held = warnings.take(person(OUTLET_LEADER), raised(), timezone.now())
    with pytest.raises(Refusal) as refused:
        warnings.close(person(OUTLET_LEADER), held, finding_kind, words, timezone.now())
    assert refused.value.rule == rule


def test_a_warning_that_nobody_has_taken_is_not_closed(bank: None) -> None:
    with pytest.raises(Refusal, match="warning-not-taken"):
        warnings.close(person(OUTLET_LEADER), raised(), "chance", "偶然。", timezone.now())


def test_what_a_finding_says_of_people_is_masked(bank: None) -> None:
    held = warnings.take(person(OUTLET_LEADER), raised(), timezone.now())
    held = warnings.close(person(OUTLET_LEADER), held, "real", "客户 13812345678 多次来电。", timezone.now())
    assert "13812345678" not in held.finding_text


@pytest.mark.parametrize("who", [AGENT, AUDITOR, "11110101", "12110110", "120201"])
def test_who_has_no_duty_or_no_reach_does_nothing_to_a_warning(bank: None, who: str) -> None:
    held = raised()
    for act in (
        lambda: warnings.take(person(who), held, timezone.now()),
        lambda: warnings.close(person(who), held, "chance", "偶然。", timezone.now()),
        lambda: warnings.hand_over(person(who), held, staff(UNION).id, "请接手。", timezone.now()),
    ):
        with pytest.raises(Refusal, match="warning-not-yours"):
            act()


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        (OUTLET_LEADER, True),
        (BRANCH_UNION, True),
        (AUDITOR, True),
        (AGENT, False),
        ("11110101", False),
        ("120201", False),
        ("11110210", False),
    ],
)
def test_who_reads_a_unit_s_statistics_reads_its_warnings(bank: None, who: str, reads: bool) -> None:
    held = raised()
    assert (warnings.find(person(who), held.number) is not None) is reads


def test_a_warning_is_handed_over_to_who_may_own_it_and_waits_to_be_taken(bank: None) -> None:
    held = warnings.take(person(OUTLET_LEADER), raised(), timezone.now())
    held = warnings.hand_over(person(OUTLET_LEADER), held, staff(BRANCH_UNION).id, "涉及分行系统。", timezone.now())
    assert (held.owner, held.state) == (staff(BRANCH_UNION).id, State.OPEN)
    with pytest.raises(Refusal, match="receiver-unfit"):
        warnings.hand_over(person(BRANCH_UNION), held, staff(AGENT).id, "请接手。", timezone.now())


def test_what_is_past_its_day_goes_to_the_superior_once(bank: None) -> None:
    held = raised()
    EarlyWarning.objects.filter(id=held.id).update(due_on=today() - DAY)
    assert (raising.escalate(timezone.now()), raising.escalate(timezone.now())) == (1, 0)
    held.refresh_from_db()
    assert held.escalated_to == staff("11110010").id


# --- Watch rules --------------------------------------------------------------------------------------------------------------


def asked(**changes: object) -> Asked:
    return msgspec.structs.replace(Asked(unit_id("100000"), "unit", 3, 5), **changes)  # type: ignore[arg-type]


def made(who: str = UNION, **changes: object) -> WatchRule:
    return rules.make(person(who), uuid4(), asked(**changes), timezone.now())


def on(rule: WatchRule, who: str = UNION) -> WatchRule:
    rule = rules.test(person(who), rule, timezone.now())
    return rules.switch_on(person(who), rule, rule.version, timezone.now())


def test_a_rule_is_not_switched_on_before_this_version_of_it_was_tested(bank: None) -> None:
    rule = made()
    with pytest.raises(Refusal, match="rule-untested"):
        rules.switch_on(person(UNION), rule, rule.version, timezone.now())
    assert on(rule).is_on


def test_a_change_switches_a_rule_off_until_it_is_tested_again(bank: None) -> None:
    rule = rules.change(person(UNION), on(made()), asked(count=4), timezone.now())
    assert (rule.is_on, rule.version, rules.result_of(rule, person(UNION))) == (False, 2, None)
    with pytest.raises(Refusal, match="rule-untested"):
        rules.switch_on(person(UNION), rule, rule.version, timezone.now())


def test_a_warning_keeps_the_words_of_the_rule_as_it_was(bank: None) -> None:
    rule = on(made())
    raising.record(Key(unit_id(OUTLET), "unit", ""), [finding(today() - DAY)], timezone.now(), rule)
    rules.change(person(UNION), rule, asked(count=9, days=2), timezone.now())
    held = EarlyWarning.objects.select_related("rule").get()
    then, now = held.rule_then, held.rule
    assert then is not None
    assert now is not None
    assert (then.count, then.days) == (rule.count, rule.days) == (3, 5)
    assert (now.count, now.days) == (9, 2)
    assert "3 件" in wording.what_happened(held, held.evidence.get()).zh


def test_the_version_of_an_old_page_is_not_switched_on(bank: None) -> None:
    rule = rules.test(person(UNION), made(), timezone.now())
    with pytest.raises(Refusal, match="rule-untested"):
        rules.switch_on(person(UNION), rule, rule.version + 1, timezone.now())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"count": 1}, "count"),
        ({"days": 61}, "days"),
        ({"per": "customer"}, "per"),
        ({"class_code": "none-such"}, "class_code"),
        ({"word": "！"}, "word"),
        ({"word": "13812345678"}, "word"),
        ({"unit": 0}, "unit"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_at_its_field(bank: None, changes: dict[str, object], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        made(**changes)
    assert refused.value.field == field


@pytest.mark.parametrize("who", [AGENT, AUDITOR, "11110101"])
def test_who_has_none_of_the_duties_writes_no_rule(bank: None, who: str) -> None:
    with pytest.raises(Refusal, match="rule-not-yours"):
        made(who)


def test_one_sending_of_the_form_makes_one_rule(bank: None) -> None:
    form = uuid4()
    first, second = (rules.make(person(UNION), form, asked(), timezone.now()) for _ in range(2))
    assert first.id == second.id


@pytest.mark.parametrize(("who", "may"), [(OUTLET_LEADER, False), ("11110010", False), (UNION, True), (HEAD, True)])
def test_nobody_changes_a_rule_by_which_a_superior_watches_the_own_unit(bank: None, who: str, may: bool) -> None:
    rule = on(made(UNION, unit=unit_id(OUTLET)))
    if may:
        assert not rules.switch_off(person(who), rule, timezone.now()).is_on
        return
    for act in (
        lambda: rules.switch_off(person(who), rule, timezone.now()),
        lambda: rules.change(person(who), rule, asked(unit=unit_id(OUTLET), count=900), timezone.now()),
        lambda: rules.test(person(who), rule, timezone.now()),
    ):
        with pytest.raises(Refusal, match="rule-not-yours"):
            act()


def test_a_superior_changes_the_rule_of_a_unit_below(bank: None) -> None:
    rule = on(made(OUTLET_LEADER, unit=unit_id(OUTLET)), OUTLET_LEADER)
    assert not rules.switch_off(person(UNION), rule, timezone.now()).is_on


def test_the_word_of_a_rule_has_no_signs_that_turn_its_sentence_round(bank: None) -> None:
    assert made(word="\u202e态度").word == "态度"


def test_nobody_writes_or_switches_on_more_rules_than_one_person_may(
    bank: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_MADE_BY_ONE", 2)
    monkeypatch.setattr(rules, "MOST_ON_OF_ONE", 1)
    form = uuid4()
    first = on(rules.make(person(UNION), form, asked(), timezone.now()))
    with pytest.raises(Refusal, match="too-many-rules"):
        on(made())
    with pytest.raises(Refusal, match="too-many-rules"):
        made()
    assert rules.make(person(UNION), form, asked(), timezone.now()).id == first.id
    assert on(made(SUPERVISOR), SUPERVISOR).is_on


def test_one_rule_is_tested_at_a_time_and_nobody_waits_for_it(bank: None) -> None:
    rule, other = made(), connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('shouwen.watch_rule.test'))")
        with pytest.raises(Refusal, match="rule-test-busy"):
            rules.test(person(UNION), rule, timezone.now())
    finally:
        other.close()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"per": "class"},
        {"per": "channel", "days": 3},
        {"per": "employee", "count": 2},
        {"class_code": "attitude", "count": 2, "days": 20},
        {"word": "柜台", "count": 2, "days": 20},
        {"channel": "hotline", "per": "class", "days": 10},
    ],
)
def test_the_job_warns_on_the_days_that_the_back_test_says(folded: None, changes: dict[str, object]) -> None:
    rule = made(SUPERVISOR, **changes)
    last = rules.last_day(rule, timezone.now())
    first = last - 29 * DAY
    told = {
        (each.unit, each.dimension, each.code, each.day)
        for each in rules.tested_on(rule, last, []).shown
        if each.day >= first
    }
    WatchRule.objects.filter(id=rule.id).update(is_on=True, watched_until=first - DAY)
    for back in range(29, -1, -1):
        rules.watch(at(last - back * DAY))
    found = WarningEvidence.objects.values_list("warning__unit", "warning__dimension", "warning__code", "day")
    done = set(EarlyWarning.objects.filter(rule=rule).values_list("unit", "dimension", "code"))
    assert set(found) == told
    assert done == {each[:3] for each in told}
    rules.watch(timezone.now())
    assert EarlyWarning.objects.filter(rule=rule).count() == len(done)


@pytest.mark.parametrize("per", ["unit", "class", "channel", "cause"])
def test_the_roll_up_and_the_rows_count_the_same(demo: None, per: str) -> None:
    from shouwen.insight.watching import rule_counts

    rule = made(SUPERVISOR, per=per)
    days = (today() - 365 * DAY, today())
    fast = {code: dict(sorted(each.items())) for code, each in rule_counts.counted(rule, *days).items()}
    slow: dict[str, dict[date, int]] = {}
    for code, day, count in rule_counts._from_rows(rule, *days):
        slow.setdefault(code, {})[day] = count
    assert fast == {code: dict(sorted(each.items())) for code, each in slow.items()}
    assert fast


def test_a_rule_over_more_complaints_than_can_be_looked_at_is_refused(
    begun: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    load.load(complaints=60)
    from shouwen.insight.watching import rule_counts

    monkeypatch.setattr(rule_counts, "MOST_ROWS", 5)
    with pytest.raises(Refusal, match="rule-too-wide"):
        rules.test(person(SUPERVISOR), made(SUPERVISOR, channel="hotline"), timezone.now())


def about(who: str, **changes: object) -> list[ComplaintRow]:
    """Three complaints of one outlet, received together a fortnight ago, about this person."""
    rows = list(ComplaintRow.objects.filter(secret=False, merged_into=None, line__contains=[unit_id(OUTLET)])[:3])
    moment = at(today() - 15 * DAY)
    told = {"employee_about": staff(who).id} if who else {}
    ComplaintRow.objects.filter(id__in=[row.id for row in rows]).update(
        received_at=moment, received_on=moment.date(), **told, **changes
    )
    figures.recount()
    return rows


@pytest.mark.parametrize("changes", [{}, {"channel": "hotline"}, {"per": "employee"}, {"per": "class"}])
@pytest.mark.parametrize("tester", [OUTLET_LEADER, BRANCH_UNION])
def test_no_back_test_counts_complaints_about_who_may_read_it(
    demo: None, changes: dict[str, object], tester: str
) -> None:
    about(OUTLET_LEADER, channel="hotline", class_code="attitude")
    rule = made(tester, unit=unit_id(OUTLET), count=2, days=1, **changes)
    told = rules.result_of(rules.test(person(tester), rule, timezone.now()), person(OUTLET_LEADER))
    assert told is not None
    day = today() - 14 * DAY
    assert not [each for each in told.shown if each.day == day]
    assert [each for each in rules.tested_on(rule, today(), []).shown if each.day == day]


def test_a_back_test_is_shown_only_to_those_whose_complaints_it_leaves_out(bank: None) -> None:
    rule = rules.test(person(UNION), made(), timezone.now())
    assert rules.result_of(rule, person(SUPERVISOR)) is not None
    assert rules.result_of(rule, person(OUTLET_LEADER)) is None


def test_a_rule_warns_of_no_complaint_about_who_wrote_it(demo: None) -> None:
    about(OUTLET_LEADER, channel="hotline")
    for writer, warned in ((OUTLET_LEADER, False), (BRANCH_UNION, True)):
        rule = made(writer, unit=unit_id(OUTLET), count=3, days=1, channel="hotline")
        WatchRule.objects.filter(id=rule.id).update(is_on=True, watched_until=today() - 15 * DAY)
        rules.watch(timezone.now())
        assert EarlyWarning.objects.filter(rule=rule).exists() is warned


def test_whom_the_complaints_of_a_warning_are_about_neither_owns_nor_closes_it(demo: None) -> None:
    day = today() - 14 * DAY
    own = raised(day=day - DAY)
    about(OUTLET_LEADER)
    raising.record(key(value="product"), (finding(day),), timezone.now())
    held = EarlyWarning.objects.latest("id")
    assert own.owner == staff(OUTLET_LEADER).id
    assert held.owner != staff(OUTLET_LEADER).id
    assert warnings.may_act(person(OUTLET_LEADER), own)
    with pytest.raises(Refusal, match="warning-not-yours"):
        warnings.take(person(OUTLET_LEADER), held, timezone.now())
    assert staff(OUTLET_LEADER).id not in {each.id for each in warnings.offered(person(BRANCH_UNION), held, today())}
    assert warnings.take(person(BRANCH_UNION), held, timezone.now()).state == State.TAKEN


def test_who_a_warning_is_about_neither_reads_nor_owns_it(bank: None) -> None:
    leader = staff(OUTLET_LEADER)
    rule = made(per="employee")
    about = Key(unit_id(OUTLET), "employee", str(leader.id))
    raising.record(about, (finding(today() - DAY),), timezone.now(), rule)
    held = EarlyWarning.objects.get()
    assert held.owner != leader.id
    actor: Actor = person(OUTLET_LEADER)
    assert warnings.find(actor, held.number) is None
    assert not warnings.may_act(actor, held)


def test_samples_are_complaints_of_the_series_that_the_reader_may_see(demo: None) -> None:
    row = ComplaintRow.objects.filter(secret=False, merged_into=None, line__contains=[unit_id(OUTLET)]).latest("id")
    on_day = row.received_on
    raising.record(Key(unit_id(OUTLET), "class", row.class_code), (finding(on_day),), timezone.now())
    held = EarlyWarning.objects.get()
    shown = warnings.samples(person(BRANCH_UNION), held)
    assert row.id in {each.id for each in shown}
    assert all((each.class_code, each.received_at.date()) for each in shown)
    assert warnings.samples(person("120201"), held) == []
