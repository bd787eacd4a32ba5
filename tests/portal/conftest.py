from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from shouwen.portal import guard


@pytest.fixture
def bank(staffed: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo bank's organisation, calendar and key, without complaints; a customer of the tests answers in no time."""
    monkeypatch.setattr(guard, "LEAST_TIME", timedelta(0))
    settings.SHOUWEN_FILES = tmp_path / "files"
