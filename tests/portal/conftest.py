from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from shouwen.casework.privacy import create_keyring
from shouwen.casework.rules import take_into_use
from shouwen.demo.load import load
from shouwen.organisation import calendar, directory
from shouwen.portal import guard


@pytest.fixture
def bank(db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo bank's organisation, calendar and key, without complaints; a customer of the tests answers in no time."""
    monkeypatch.setattr(guard, "LEAST_TIME", timedelta(0))
    settings.SHOUWEN_FILES = tmp_path / "files"
    settings.SHOUWEN_KEY_FILE = tmp_path / "keys" / "personal-data.key"
    create_keyring(settings.SHOUWEN_KEY_FILE, datetime(2026, 1, 1, tzinfo=UTC))
    take_into_use()
    load(complaints=0)
    directory.forget()
    calendar.forget()
