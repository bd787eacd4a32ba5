"""The regulators' numbers, typed here from the documents once more and held against the packs, article by article."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shouwen import packs
from shouwen.core.policy import Policy
from shouwen.core.policy_calendar import calendar_days
from shouwen.core.policy_terms import LetterKind
from shouwen.core.policy_within import reaches
from shouwen.core.timelimits import start_clock
from shouwen.core.workdays import WorkingCalendar, weekends_only

NFRA, FCA = packs.load("nfra-2020"), packs.load("fca-disp")
LONDON = ZoneInfo("Europe/London")


def uk_calendar() -> WorkingCalendar:
    assert FCA.calendar is not None
    return WorkingCalendar(calendar_days(FCA.calendar), LONDON, unannounced=weekends_only)


@pytest.mark.parametrize("code", packs.shipped())
def test_every_pack_that_ships_loads_and_has_every_class_answerable(code: str) -> None:
    policy = packs.load(code)
    assert policy.given_classes
    for class_ in policy.given_classes:
        assert policy.limit_for(class_.code).days >= 1


LIMITS = [
    # pack, limit, days, unit, cited
    (NFRA, "decision", 15, "calendar_days", "第十八条"),
    (NFRA, "review", 30, "calendar_days", "第二十条"),
    (FCA, "final_response", 8 * 7, "calendar_days", "1.6.2R"),
    (FCA, "payment_response", 15, "working_days", "1.6.2AR(1)"),
]


@pytest.mark.parametrize(("policy", "code", "days", "unit", "cited"), LIMITS)
def test_a_limit_is_the_number_of_its_article(policy: Policy, code: str, days: int, unit: str, cited: str) -> None:
    limit = policy.time_limit(code)
    assert (limit.days, limit.unit) == (days, unit)
    assert cited in limit.source
    assert not limit.unconfirmed


def test_the_measures_extend_15_days_to_30_and_then_by_30_more() -> None:
    steps = [(each.code, reach) for each, reach in reaches(NFRA.time_limit("decision"))]
    assert steps == [("complicated", 30), ("exceptional", 60)]


def test_the_second_extension_of_the_measures_needs_the_superior_and_the_customer_is_told() -> None:
    exceptional = NFRA.extension("decision", "exceptional")
    assert (exceptional.approve, exceptional.tell_customer) == ("superior_leader", True)
    assert exceptional.source == "nfra-2020 第十八条"


def test_every_class_of_the_measures_has_the_one_limit_that_they_know() -> None:
    assert {class_.time_limit for class_ in NFRA.classes if class_.time_limit} == {"decision"}


def test_the_clock_of_the_measures_stands_still_for_mediation_and_outside_appraisal_only() -> None:
    assert {ground.code: ground.source for ground in NFRA.pauses} == {
        "mediation": "nfra-2020 第二十三条",
        "outside_appraisal": "nfra-2020 第十八条",
    }


def test_a_joint_visit_has_five_representatives_at_most() -> None:
    fact = next(each for each in NFRA.channel("visit").facts if each.code == "representatives")
    assert (fact.maximum, fact.source) == (5, "nfra-2020 第十二条")


def test_a_decision_by_the_measures_names_the_ways_on_and_the_30_days_for_a_review() -> None:
    contents = {each.code: each for each in NFRA.letter_contents(LetterKind.REPLY)}
    assert set(contents) == {"findings", "grounds", "remedies"}
    assert contents["remedies"].text is not None
    for word in ("30日内", "上级机构", "书面", "核查", "调解", "仲裁", "诉讼"):
        assert word in contents["remedies"].text.zh


@pytest.mark.parametrize(
    ("code", "words", "cited"),
    [
        ("representatives", "5", "第十二条"),
        ("withdrawal", "当日", "第十五条"),
        ("recusal", "无直接利益关系", "第十七条"),
        ("review", "30日", "第二十条"),
        ("cause_tracing", "整改", "第二十六条"),
        ("yearly_disclosure", "年", "第二十六条"),
        ("records", "存档", "第二十八条"),
        ("major", "20名以上", "第二十九条"),
    ],
)
def test_a_further_duty_of_the_measures_is_said_with_its_article(code: str, words: str, cited: str) -> None:
    duty = next(each for each in NFRA.special_cases if each.code == code)
    assert words in duty.text.zh
    assert cited in duty.source


def test_a_number_that_was_not_read_in_its_source_is_marked() -> None:
    assert [each.code for each in NFRA.special_cases if each.unconfirmed] == ["records_three_years"]


# ----------------------------------------------------------------------------------------------------------------- DISP 1


def test_payment_complaints_have_35_business_days_in_exceptional_cases() -> None:
    steps = [(each.code, reach, each.tell_customer) for each, reach in reaches(FCA.time_limit("payment_response"))]
    assert steps == [("exceptional", 35, True)]


def test_disp_knows_no_pause_and_takes_none_from_the_pack_below() -> None:
    assert FCA.pauses == ()
    assert packs.load("boc-2008").pauses


@pytest.mark.parametrize("class_", ["payment_services", "electronic_money"])
def test_payment_services_and_e_money_have_the_shorter_limit(class_: str) -> None:
    assert FCA.limit_for(class_).code == "payment_response"


@pytest.mark.parametrize("class_", ["banking_and_credit", "service", "other"])
def test_other_complaints_have_eight_weeks(class_: str) -> None:
    assert FCA.limit_for(class_).code == "final_response"


def test_eight_weeks_end_on_the_same_weekday_and_the_target_is_the_third_business_day() -> None:
    received = datetime(2026, 4, 1, 11, 0, tzinfo=LONDON)  # a Wednesday before Easter
    clock = start_clock("reply", FCA.time_limit("final_response"), received, uk_calendar(), FCA.business_hours)
    assert clock.limit.at.astimezone(LONDON).date() == date(2026, 4, 1) + timedelta(weeks=8)
    assert f"{clock.limit.at.astimezone(LONDON):%H:%M}" == "23:59", "by the end of eight weeks"
    assert clock.target is not None
    assert f"{clock.target.at.astimezone(LONDON):%H:%M}" == "17:00", "by close of the third business day"
    assert clock.target.at.astimezone(LONDON).date() == date(2026, 4, 8), (
        "Good Friday and Easter Monday are not counted"
    )


def test_a_year_that_the_pack_does_not_list_knows_weekends_only_and_says_so() -> None:
    calendar = uk_calendar()
    assert calendar.day(date(2029, 12, 25)).provisional
    assert not calendar.day(date(2027, 12, 27)).provisional
    assert not calendar.is_working(date(2027, 12, 28))


def test_the_answer_names_the_ombudsman_and_the_six_months() -> None:
    said = next(each for each in FCA.letter_contents(LetterKind.REPLY) if each.code == "ombudsman")
    assert said.text is not None
    assert "Financial Ombudsman Service" in said.text.en
    assert "six months" in said.text.en
    assert "2.8.2R(1)" in said.source


def test_the_wording_that_disp_prescribes_is_not_made_up_here() -> None:
    waived = next(each for each in FCA.letters if each.code == "time_limits_waived")
    assert waived.text is None
    assert waived.unconfirmed


@pytest.mark.parametrize(
    ("code", "words", "cited"),
    [
        ("summary_resolution", "third business day", "1.5.1R"),
        ("acknowledgement", "promptly", "1.6.1R"),
        ("records", "three years", "1.9.1R"),
        ("report", "twice a year", "1.10.1R"),
        ("root_causes", "systemic", "1.3.3R"),
    ],
)
def test_a_further_duty_of_disp_is_said_with_its_provision(code: str, words: str, cited: str) -> None:
    duty = next(each for each in FCA.special_cases if each.code == code)
    assert words in duty.text.en
    assert cited in duty.source
