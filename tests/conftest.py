"""One throw-away PostgreSQL for each run of pytest, shared by its workers; DATABASE_URL uses another server instead.

Started by the process that the person started, not by xdist's workers, which learn its address from the environment. A
run of nothing but tests/core does not come by here (tests/core/pytest.toml).
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.casework import clamd

GUARDED = (
    *("casework_journalentry", "insight_archivedreport", "insight_reportreceipt", "insight_reportlook"),
    "insight_improvementstep",
)
"""Tables that nobody may empty."""
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ


class ThrowAway:
    """The data folder of this run and, unless DATABASE_URL names another, its PostgreSQL."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="shouwen-tests-"))
        self.server = None
        self._beside = ThreadPoolExecutor(1)
        self._started: Future[None] | None = None
        os.environ["SHOUWEN_DATA_DIR"] = str(self.folder)
        os.environ["SHOUWEN_SECRET_KEY"] = "tests-only-" + "0" * 40
        if "DATABASE_URL" not in os.environ:
            from shouwen.site.postgres import EmbeddedPostgres

            self.server = EmbeddedPostgres(self.folder / "postgres", durable=False)
            os.environ["DATABASE_URL"] = self.server.url
            self._started = self._beside.submit(self.server.start)  # beside Django's own start, which takes longer

    def wait(self) -> None:
        if self._started:
            self._started.result()

    def end(self) -> None:
        self._beside.shutdown()
        if self.server:
            self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def _set_up_django() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "shouwen.site.settings"
    import django
    from django.conf import settings

    # Neither a slow hash nor hashed file names are what the tests are about.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    django.setup()


# At import, not in a hook: a conftest below this one may import models.
THROW_AWAY = None if IS_WORKER else ThrowAway()
_set_up_django()


def pytest_configure() -> None:
    if THROW_AWAY:
        THROW_AWAY.wait()


def pytest_unconfigure() -> None:
    if THROW_AWAY:
        THROW_AWAY.end()


@pytest.fixture
def begun(db: None) -> None:
    """The database as a start leaves it: key, policy pack and calendar in place."""
    from shouwen.site.prepare import begin

    begin()


@pytest.fixture
def committed_db(transactional_db: None) -> Iterator[None]:
    """A database whose changes other threads see; begun as at a start, and emptied afterwards.

    pytest-django runs such tests last, and empties their tables after every fixture has ended. That takes the stamps with
    it, and the guards of journal and archive would forbid it: so both are put right at the beginning of the next such test.
    """
    from django.db import connection

    from shouwen.organisation import calendar, directory
    from shouwen.organisation.models import Stamp
    from shouwen.site.prepare import begin

    with connection.cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    for name in ("organisation", "calendar"):
        Stamp.objects.get_or_create(name=name)
    calendar.forget()
    directory.forget()
    begin()
    yield
    calendar.forget()
    directory.forget()
    with connection.cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


@pytest.fixture
def scanner(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[clamd.Clamd]:
    """A virus scanner, and the setting that has every file shown to it."""
    from shouwen.casework.files import malware

    monkeypatch.setattr(malware._Hung, "since", None)
    with clamd.running() as running:
        settings.SHOUWEN_CLAMAV = running.address
        yield running


@pytest.fixture(scope="session")
def chromium() -> str:
    """The system's Chromium for the browser tests, with a font that has Chinese letters."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.fail("Chromium is missing. On Debian: apt-get install -y chromium (.ci/run does it).")
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True).stdout
    if not fonts.strip():
        pytest.fail("No Chinese font is installed. On Debian: apt-get install -y fontconfig fonts-wqy-microhei")
    return found


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A temporary folder of its own outside pytest's long paths, reachable for other users where a test makes it so."""
    folder = Path(tempfile.mkdtemp(prefix="sw-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
