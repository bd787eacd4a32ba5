"""One throw-away PostgreSQL for each run of pytest, shared by its workers; DATABASE_URL uses another server instead.

Started by the process that the person started, not by xdist's workers, which learn its address from the environment. A
run of nothing but tests/core does not come by here (tests/core/pytest.toml).
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django import DjangoDbBlocker, Settings

from tests.casework import clamd

if TYPE_CHECKING:
    from tests.ground import Ground, Lay, StandOn

IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
IN_MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3


def own_folder(prefix: str) -> Path:
    """A new folder that the caller removes; in memory where there is room, because making a database there takes a twentieth of the time."""
    roomy = os.access(IN_MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM
    return Path(tempfile.mkdtemp(prefix=prefix, dir=IN_MEMORY if roomy else None))


class ThrowAway:
    """The data folder of this run and, unless DATABASE_URL names another, its PostgreSQL."""

    def __init__(self) -> None:
        self.folder = own_folder("shouwen-tests-")
        (self.folder / "static").mkdir()  # what serves the static files warns on every request where it is missing
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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever stands on a ground works in the database, after the ground is laid: last among the fixtures."""
    for item in items:
        if isinstance(item, pytest.Function) and "stand_on" in item.fixturenames and "db" not in item.fixturenames:
            item.fixturenames.append("db")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not walk through it again and again, which took a tenth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def pages_as_they_are(django_test_environment: None) -> None:
    """Pages are made as for a person: what Django's test client keeps of every template that is used took a tenth of their time."""
    from django.template import Template
    from django.test.utils import _TestState

    Template._render = _TestState.saved_data.template_render


@pytest.fixture
def kept_contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answers of the test client have the `context` of their templates."""
    from django.template import Template
    from django.test.utils import instrumented_test_render

    monkeypatch.setattr(Template, "_render", instrumented_test_render)


@pytest.fixture
def plain_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal comes without the page around it: for those who walk through thousands of addresses and look at the status alone."""
    from django.http import HttpRequest, HttpResponse

    def plain(_request: HttpRequest, status: int, *_words: str) -> HttpResponse:
        return HttpResponse(b"refused", status=status)

    monkeypatch.setattr("shouwen.desk.trouble._page", plain)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The working calendar stands in the database before the first test: its 6,000 days are what a start takes longest with.

    pytest-django empties the tables after a test that commits; here the database is made again from a copy, calendar and all.
    """
    from django.test import TransactionTestCase

    from shouwen.organisation.calendar import seed_calendar
    from tests.ground import Original

    with django_db_blocker.unblock():
        seed_calendar()
        original = Original()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: original.restore())
        yield
    with django_db_blocker.unblock():
        original.remove()


@pytest.fixture(scope="session")
def ground(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Ground]:
    from tests.ground import Ground

    ground = Ground()
    yield ground
    with django_db_blocker.unblock():
        ground.clear()


@pytest.fixture
def _django_db_helper(request: pytest.FixtureRequest, ground_cleared: None, _django_db_helper: None) -> None:
    """pytest-django's, through which every test comes to its database."""
    request.node.in_database = True


@pytest.fixture
def ground_cleared(ground: Ground, request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> None:
    if not hasattr(request.node, "stands"):
        with django_db_blocker.unblock():
            ground.clear()


@pytest.fixture
def stand_on(ground: Ground, request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> StandOn:
    """`stand_on(lay)` calls `lay` once for all tests that follow one another and ask for the same.

    In a test that has come to its database already, it is called for this test alone.
    """

    def stand_on(lay: Lay) -> None:
        from shouwen.organisation import directory

        if getattr(request.node, "in_database", False):
            lay()
            return
        with django_db_blocker.unblock():
            ground.lay(lay)
        request.node.stands = True
        request.getfixturevalue("db")
        directory.forget()

    return stand_on


@pytest.fixture
def begun(stand_on: StandOn) -> None:
    """The database as a start leaves it: key, policy pack and calendar in place."""
    from shouwen.site.prepare import begin

    stand_on(begin)


@pytest.fixture
def staffed(stand_on: StandOn) -> None:
    """The organisation of the demo bank, begun and without complaints."""
    from tests.ground import demo_bank

    stand_on(demo_bank(0))


@pytest.fixture
def committed_db(transactional_db: None) -> None:
    """A database whose changes other threads see; begun as at a start, and made again afterwards."""
    from shouwen.site.prepare import begin
    from tests.ground import forget

    forget()
    begin()


@pytest.fixture
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Organisation and calendar are not asked for their stamps a second time, however slow the machine: for tests that count questions."""
    from shouwen.organisation import calendar, directory

    for memory in (calendar, directory):
        monkeypatch.setattr(memory, "FRESH_FOR", 600.0)


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
    """The system's Chromium for the browser tests, with a font that has Chinese letters. Its build without a screen is the quicker one."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    if not found:
        pytest.fail("Chromium is missing. On Debian: apt-get install -y chromium-headless-shell (.ci/run does it).")
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True).stdout
    if not fonts.strip():
        pytest.fail("No Chinese font is installed. On Debian: apt-get install -y fontconfig fonts-wqy-microhei")
    return found


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A temporary folder of its own outside pytest's long paths, reachable for other users where a test makes it so."""
    folder = own_folder("sw-")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
