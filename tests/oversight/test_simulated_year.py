"""A year on the real database with a worker that stands still at random. The whole one: python -m tests.oversight.simulated_year 20000."""

import pytest

from shouwen.demo import load
from tests.oversight.simulated_year import Year, live


@pytest.fixture
def year(committed_db: None) -> Year:
    load.load(complaints=0)
    return live(60)


def test_a_year_says_everything_once_leaves_nobody_ownerless_and_verifies(year: Year) -> None:
    assert year.wrong == []
    assert year.complaints == 60
    assert year.said
    assert year.late
    assert year.passed_on
