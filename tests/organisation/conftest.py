import pytest

from tests.organisation.small_bank import Bank


@pytest.fixture
def bank(db: None) -> Bank:
    return Bank()
