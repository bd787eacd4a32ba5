"""Ready or not: what is missing is told; what only files need takes no host out of service."""

import pytest
from django.test import Client
from pytest_django import Settings

from shouwen.site import commands
from tests.casework import clamd


@pytest.mark.parametrize(("behaves", "answers"), [("scans", True), ("closes", False)])
def test_the_virus_scanner_is_told_where_one_is_set(
    begun: None, scanner: clamd.Clamd, behaves: str, answers: bool
) -> None:
    scanner.behaves = behaves
    assert Client().get("/readyz").json()["virus_scanner"] is answers


def test_no_virus_scanner_is_missed_where_none_is_set(begun: None, settings: Settings) -> None:
    settings.SHOUWEN_CLAMAV = None
    assert "virus_scanner" not in Client().get("/readyz").json()


def test_the_check_of_the_settings_tells_that_the_scanner_does_not_answer(
    scanner: clamd.Clamd, capsys: pytest.CaptureFixture[str]
) -> None:
    scanner.behaves = "closes"
    assert commands.check([]) == 1
    assert "SHOUWEN_CLAMAV" in capsys.readouterr().out
