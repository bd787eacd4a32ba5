"""A year with a timer that is down at random: every limit speaks once, and nobody's complaint is ownerless."""

from tests.core.simulated_year import live


def test_a_year_with_a_timer_that_stands_still_says_everything_once_and_leaves_nobody_without_a_responsible_person() -> (
    None
):
    year = live(200)
    assert year.wrong == []


def test_the_year_holds_what_it_is_to_show() -> None:
    year = live(200)
    assert year.said > year.late > 0
