import pytest


@pytest.fixture
def bank(staffed: None) -> None:
    """The demo bank's organisation, calendar and key, without complaints."""
