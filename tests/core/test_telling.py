"""图表的说明: a sentence names the largest part, tells the whole against the period before, and never invents a comparison."""

import pytest

from shouwen.core.telling import NOTHING, Part, breakdown, change, complaints, course
from shouwen.core.text import Text

ATTITUDE, SYSTEM, OTHER = Text("态度", "Attitude"), Text("系统", "System"), Text("其他", "Other")


def test_the_largest_part_is_named_with_its_share_and_what_has_grown_most() -> None:
    said = breakdown([Part(ATTITUDE, 6, 9), Part(SYSTEM, 3, 1), Part(OTHER, 1, 0)])
    assert said.zh == "“态度”最多，6 件，占 60%；合计 10 件，与上期持平。增加最多的是“系统”，多 2 件。"
    assert said.en == (
        "“Attitude” is the largest with 6 complaints, 60%; 10 complaints in all, as many as in the period before. "
        "“System” has grown most, by 2."
    )


def test_without_a_period_before_nothing_is_compared() -> None:
    assert breakdown([Part(ATTITUDE, 1), Part(SYSTEM, 0)]) == Text(
        "“态度”最多，1 件，占 100%。", "“Attitude” is the largest with 1 complaint, 100%."
    )


def test_of_two_alike_both_are_named_and_of_more_their_number() -> None:
    one, other, third = (Part(Text(zh, en), 1, 0) for zh, en in (("甲", "A"), ("乙", "B"), ("丙", "C")))
    said = breakdown([one, other])
    assert said.zh == (
        "“甲”和“乙”并列最多，各 1 件，各占 50%；合计 2 件，比上期多 2 件。增加最多的是“甲”和“乙”，各多 1 件。"
    )
    assert said.en.startswith("“A” and “B” are the largest with 1 complaint each, 50% each; 2 complaints in all")
    assert breakdown([one, other, third]).zh == "3 项并列最多，各 1 件，各占 33%；合计 3 件，比上期多 3 件。"


def test_of_one_part_alone_nothing_has_grown_most() -> None:
    assert "增加最多" not in breakdown([Part(ATTITUDE, 5, 1)]).zh


@pytest.mark.parametrize("parts", [[], [Part(ATTITUDE, 0)], [Part(ATTITUDE, 0, 0)]])
def test_of_nothing_it_is_said_that_there_is_nothing(parts: list[Part]) -> None:
    assert breakdown(parts) == NOTHING


def test_what_there_was_before_is_said_where_nothing_is_left() -> None:
    assert breakdown([Part(ATTITUDE, 0, 4)]).zh == "这一期间没有投诉。上期有 4 件。"


@pytest.mark.parametrize(
    ("now", "before", "zh"), [(3, 1, "比上期多 2 件"), (1, 3, "比上期少 2 件"), (2, 2, "与上期持平")]
)
def test_a_change_has_its_direction(now: int, before: int, zh: str) -> None:
    assert change(now, before).zh == zh


def test_one_complaint_is_singular_in_english() -> None:
    assert (complaints(1).en, complaints(2).en, complaints(0).en) == ("1 complaint", "2 complaints", "0 complaints")


def test_a_course_names_its_highest_point_and_the_last_step() -> None:
    points = [(Text("2026-01", "2026-01"), 4), (Text("2026-02", "2026-02"), 9), (Text("2026-03", "2026-03"), 7)]
    assert course(points).zh == "共 20 件，最多的是 2026-02，9 件；2026-03 比 2026-02 少 2 件。"
    assert course(points).en == "20 complaints in all, most in 2026-02: 9; 2026-03 has 2 fewer than 2026-02."


def test_a_stretch_that_is_not_over_is_not_compared_with_a_whole_one() -> None:
    points = [(Text("2026-01", "2026-01"), 4), (Text("2026-02", "2026-02"), 9), (Text("2026-03", "2026-03"), 1)]
    assert (
        course(points, unfinished=True).zh
        == "共 14 件，最多的是 2026-02，9 件；2026-02 比 2026-01 多 5 件；2026-03 至今 1 件。"
    )


def test_a_course_of_one_point_compares_nothing() -> None:
    assert course([(Text("2026", "2026"), 3)]).zh == "共 3 件，最多的是 2026，3 件。"
    assert course([(Text("2026", "2026"), 0)]) == NOTHING
