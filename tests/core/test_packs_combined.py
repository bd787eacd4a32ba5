"""A bank's own pack stands on another one: it takes what it does not say, and keeps inside the limits of its regulator."""

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from shouwen import packs
from shouwen.core.policy import Policy, PolicyError, load_policy
from shouwen.core.policy_within import at_most
from shouwen.core.text import Text
from shouwen.core.timelimits import TimeLimit

NFRA = packs.load("nfra-2020")
HEAD = """code: bank
version: "1"
title: {zh: 本行规则, en: Our rules}
valid_from: 2026-01-01
within: nfra-2020
"""
CLASSES = "classes:\n" + "".join(
    f"  - {{code: {code}, title: {{zh: {code}, en: {code}}}, time_limit: {limit}, source: bank-default}}\n"
    for code, limit in (("attitude", "quick"), ("other", "decision"))
)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "bank.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(tmp_path: Path, text: str) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        packs.load(written(tmp_path, text))
    return caught.value


def limit(days: int, unit: str = "working_days", more: str = "") -> str:
    return f"""time_limits:
  - code: quick
    title: {{zh: 简单投诉, en: Simple complaint}}
    days: {days}
    unit: {unit}
    source: bank-default
{more}"""


# -------------------------------------------------------------------------------------------------------------- what it takes


def test_sections_that_a_pack_does_not_give_are_taken_from_the_pack_that_it_is_within(tmp_path: Path) -> None:
    bank = packs.load(written(tmp_path, HEAD))
    assert (bank.key, bank.title.zh) == ("bank@1", "本行规则")
    for part in ("zone", "channels", "classes", "time_limits", "letters", "pauses", "satisfaction", "language_rules"):
        assert getattr(bank, part) == getattr(NFRA, part), part


def test_a_limit_of_the_bank_stands_beside_those_of_the_regulator(tmp_path: Path) -> None:
    bank = packs.load(written(tmp_path, HEAD + limit(3) + CLASSES))
    assert bank.limit_for("attitude").days == 3
    assert bank.limit_for("other") == NFRA.time_limit("decision")
    assert bank.time_limit("review") == NFRA.time_limit("review")


@pytest.mark.parametrize("paper", ["docs/policy-packs.md"])
def test_the_example_in_the_paper_is_a_pack(tmp_path: Path, paper: str) -> None:
    text = (Path(__file__).parents[2] / paper).read_text(encoding="utf-8")
    example = next(block for block in text.split("```yaml\n")[1:] if block.startswith("code:")).partition("```")[0]
    assert packs.load(written(tmp_path, example)).limit_for("attitude").days == 3


def test_a_source_of_the_bank_stands_beside_those_of_the_regulator(tmp_path: Path) -> None:
    own = "sources:\n  - {code: circular, title: {zh: 本行通知, en: Our circular}}\n"
    bank = packs.load(written(tmp_path, HEAD + own + limit(3).replace("bank-default", "circular 7")))
    assert bank.cite("circular 7; nfra-2020 第十八条").zh.startswith("本行通知 7；《银行业保险业消费投诉处理管理办法》")


def test_a_pack_may_take_its_sections_from_one_pack_and_keep_within_another(tmp_path: Path) -> None:
    head = HEAD.replace("within: nfra-2020", "based_on: boc-2008\nwithout: [pauses, time_limits]\nwithin: nfra-2020")
    bank = packs.load(written(tmp_path, head + CLASSES.replace("quick", "decision")))
    assert bank.decline_grounds == packs.load("boc-2008").decline_grounds
    assert bank.pauses == NFRA.pauses
    assert bank.letters == NFRA.letters


def test_a_pack_that_stands_on_another_is_kept_with_the_version_of_that_one(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD)
    assert "within: nfra-2020@4\n" in packs.text_of(path)
    assert packs.load(path).within == "nfra-2020@4"


def test_a_pack_named_with_its_version_stays_as_it_is_written(tmp_path: Path) -> None:
    head = HEAD.replace("nfra-2020", "nfra-2020@4")
    assert packs.text_of(written(tmp_path, head)) == head


# ------------------------------------------------------------------------------------------------------------ what is refused


def test_a_limit_longer_than_the_regulators_is_refused_with_file_line_and_reason(tmp_path: Path) -> None:
    error = refused(tmp_path, HEAD + limit(16, "calendar_days") + CLASSES)
    assert (error.file, error.line) == (str(tmp_path / "bank.yaml"), 9)
    assert "为16日，超过 nfra-2020@4 所允许的15日" in error.reason.zh
    assert "16 calendar days, longer than the 15 calendar days that nfra-2020@4 allows" in error.reason.en
    assert "第十八条" in error.reason.zh


def test_a_limit_of_several_classes_is_one_mistake(tmp_path: Path) -> None:
    classes = CLASSES.replace("time_limit: decision", "time_limit: quick")
    error = refused(tmp_path, HEAD + limit(16, "calendar_days") + classes)
    assert len(error.mistakes) == 1
    assert "attitude, other" in error.reason.en


def test_a_limit_as_long_as_the_regulators_is_inside(tmp_path: Path) -> None:
    assert packs.load(written(tmp_path, HEAD + limit(15, "calendar_days") + CLASSES)).limit_for("attitude").days == 15


@pytest.mark.parametrize(("days", "inside"), [(3, True), (4, False), (10, False)])
def test_working_days_are_held_against_calendar_days_over_the_longest_holiday(
    tmp_path: Path, days: int, inside: bool
) -> None:
    text = HEAD + limit(days) + CLASSES
    if inside:
        assert packs.load(written(tmp_path, text)).limit_for("attitude").days == days
    else:
        assert "遇长假" in refused(tmp_path, text).reason.zh


def test_the_classes_of_the_slides_do_not_fit_within_the_measures_as_they_are(tmp_path: Path) -> None:
    head = HEAD.replace("within: nfra-2020", "based_on: boc-2008\nwithout: [pauses]\nwithin: nfra-2020")
    error = refused(tmp_path, head)
    assert all("复杂投诉" in mistake.reason.zh for mistake in error.mistakes)
    assert error.line == 5, "what was taken is told on the line that names the pack"


def test_a_step_of_the_regulator_cannot_take_longer_in_the_bank(tmp_path: Path) -> None:
    review = limit(31, "calendar_days").replace("quick", "review")
    error = refused(tmp_path, HEAD + review)
    assert error.line == 9
    assert "30" in error.reason.en


def test_a_step_that_the_upper_pack_chose_for_itself_binds_nobody(tmp_path: Path) -> None:
    accept = limit(2).replace("quick", "accept")
    assert packs.load(written(tmp_path, HEAD + accept)).time_limit("accept").days == 2


EXTENSION = """    extensions:
      - code: more
        title: {{zh: 延期, en: More time}}
        total_days: {days}
        approve: {approve}
        tell_customer: {tell}
        source: bank-default
"""


@pytest.mark.parametrize(
    ("days", "approve", "tell", "reason"),
    [
        (61, "head_office_leader", "true", "more than the 60 that nfra-2020@4 allows"),
        (31, "unit_leader", "true", "has to be approved by “superior_leader”"),
        (31, "superior_leader", "false", "the customer has to be told"),
        (20, "unit_leader", "false", "the customer has to be told"),
    ],
)
def test_an_extension_keeps_inside_too(tmp_path: Path, days: int, approve: str, tell: str, reason: str) -> None:
    more = EXTENSION.format(days=days, approve=approve, tell=tell)
    assert reason in refused(tmp_path, HEAD + limit(10, "calendar_days", more) + CLASSES).reason.en


def test_an_extension_inside_the_regulators_first_limit_is_the_banks_affair(tmp_path: Path) -> None:
    more = EXTENSION.format(days=15, approve="unit_leader", tell="false")
    assert packs.load(written(tmp_path, HEAD + limit(10, "calendar_days", more) + CLASSES))


def test_a_pause_that_the_regulator_does_not_know_is_refused(tmp_path: Path) -> None:
    pause = """pauses:
  - code: busy
    title: {zh: 忙, en: Busy}
    clocks: [reply]
    by: [leader]
    source: bank-default
"""
    error = refused(tmp_path, HEAD + pause)
    assert error.line == 7
    assert "knows no pause for “Busy”; known: mediation, outside_appraisal" in error.reason.en


def test_a_class_that_the_regulator_does_not_know_keeps_within_its_longest_limit(tmp_path: Path) -> None:
    classes = CLASSES.replace("attitude", "drones")
    assert "drones" in refused(tmp_path, HEAD + limit(16, "calendar_days") + classes).reason.en


def test_packs_that_stand_on_each_other_in_a_circle_are_refused() -> None:
    with pytest.raises(PolicyError, match="more than 4 packs stand on each other"):
        load_policy(HEAD, name="bank.yaml", texts=lambda name: HEAD)


def test_a_pack_stands_on_no_file_that_may_change_behind_its_back(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(HEAD, encoding="utf-8")
    assert "找不到规则包" in refused(tmp_path, HEAD.replace("nfra-2020", str(other))).reason.zh


def test_a_pack_that_ships_names_the_version_that_it_stands_on() -> None:
    for code in packs.shipped():
        below = packs.load(code).based_on
        assert below is None or f"based_on: {below}" in (Path(packs.__file__).parent / f"{code}.yaml").read_text(
            "utf-8"
        )


def test_a_pack_that_is_not_there_cannot_be_stood_on(tmp_path: Path) -> None:
    assert "找不到规则包" in refused(tmp_path, HEAD.replace("nfra-2020", "nfra-1999")).reason.zh


# ------------------------------------------------------------------------------------------------- working and calendar days


FIRST = date(2010, 1, 1)
WORKED = [chinese_calendar.is_workday(FIRST + timedelta(each)) for each in range((date(2026, 12, 31) - FIRST).days + 1)]
"""Whether each day was worked, from 2010 to the last announced year."""


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 10, 15, 20, 35])
def test_no_limit_since_2010_took_longer_than_the_longest_it_may_take(count: int) -> None:
    working = [place for place, worked in enumerate(WORKED) if worked]
    longest = max(
        working[place + count - 1] - (working[place - 1] if place else -1) for place in range(len(working) - count + 1)
    )
    assert longest <= at_most(TimeLimit("x", Text("x"), count, "working_days"), NFRA)


def test_the_longest_break_of_the_pack_is_the_longest_of_the_official_calendar() -> None:
    longest = max(len(days) for days in "".join("w" if worked else "-" for worked in WORKED).split("w"))
    assert NFRA.longest_break is not None
    assert NFRA.longest_break.days == longest


def test_a_pack_is_the_same_pack_however_often_it_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD)
    first: Policy = packs.load(path)
    assert packs.load(path) is first
