"""A year with a timer that is down at random: every limit speaks once, and nobody's complaint is ownerless."""

import pytest

from tests.core.simulated_year import Year, live


@pytest.fixture(scope="module")
def year() -> Year:
    return live(200)


def test_a_year_with_a_timer_that_stands_still_says_everything_once_and_leaves_nobody_without_a_responsible_person(
    year: Year,
) -> None:
    assert year.wrong == []


def test_the_year_holds_what_it_is_to_show(year: Year) -> None:
    assert year.said > year.late > 0
