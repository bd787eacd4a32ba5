"""`make run`: it starts beside whatever is there, says where it answers, and leaves nothing behind however it ends."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from shouwen.site.postgres import EmbeddedPostgres
from tests.site.processes import ROOT, answer, environment, eventually, marked, shouwen

RUN = ["-m", "shouwen.cli", "run"]
START_SECONDS = 60.0
NOBODY = pwd.getpwnam("nobody")
PACKAGES = os.pathsep.join([str(ROOT / "src"), sysconfig.get_path("purelib")])


class Started:
    """A run in a data folder of its own, by default without the demo bank's complaints being waited for."""

    def __init__(self, data: Path, *python: str, **settings: str) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.data = data
        self.output = data.parent / f"{data.name}.out"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*(python or (sys.executable,)), *RUN],
                env=environment(data, **{"SHOUWEN_WEB_WORKERS": "1", **settings}),
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    @property
    def url(self) -> str:
        lock = self.data / "run.lock"
        return lock.read_text().strip() if lock.exists() else ""

    def ready(self) -> "Started":
        assert eventually(lambda: "Ctrl-C" in self.said or self.process.poll() is not None, START_SECONDS)
        assert answer(f"{self.url}/healthz")[0] == 200, self.said
        return self

    def ended(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def nothing_left(self) -> bool:
        return eventually(lambda: not marked(self.data))

    def stop(self) -> None:
        if self.process.poll() is None:
            self.ended(signal.SIGTERM)
        assert self.nothing_left(), marked(self.data)


@pytest.fixture
def starting(short_folder: Path) -> Iterator[list[Started]]:
    """Runs that a test puts here are stopped after it, and must leave nothing behind."""
    runs: list[Started] = []
    yield runs
    for run in runs:
        run.stop()


def test_the_first_page_is_the_sign_in_and_every_process_goes_with_ctrl_c(
    short_folder: Path, starting: list[Started]
) -> None:
    run = Started(short_folder / "data").ready()
    starting.append(run)
    status, page = answer(f"{run.url}/")
    assert status == 200
    assert 'name="login"' in page
    assert "shouwen-demo" in run.said
    assert run.ended(signal.SIGINT) == 0
    assert run.nothing_left(), marked(run.data)


def test_a_killed_run_takes_its_processes_with_it_and_the_folder_starts_again(
    short_folder: Path, starting: list[Started]
) -> None:
    run = Started(short_folder / "data").ready()
    starting.append(run)
    run.ended(signal.SIGKILL)
    assert run.nothing_left(), marked(run.data)
    again = Started(short_folder / "data").ready()
    starting.append(again)
    assert again.ended(signal.SIGTERM) == 0


def test_a_second_run_in_the_same_folder_is_told_where_the_first_one_answers(
    short_folder: Path, starting: list[Started]
) -> None:
    first = Started(short_folder / "data").ready()
    starting.append(first)
    second = shouwen(first.data, "run")
    assert second.returncode == 2
    assert first.url in second.stderr
    assert "SHOUWEN_DATA_DIR" in second.stderr


def test_two_folders_run_at_once_beside_a_taken_port(short_folder: Path, starting: list[Started]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        starting += [Started(short_folder / name, SHOUWEN_PORT=port) for name in ("one", "two")]
        urls = {run.ready().url for run in starting}
        assert len(urls) == 2
        assert f"http://127.0.0.1:{port}" not in urls


def python_of_an_ordinary_user(folder: Path) -> list[str]:
    """A Python that the user nobody can run this program with: ours, or Debian's where ours lies in root's home."""
    setpriv = shutil.which("setpriv")
    assert setpriv, "setpriv is missing. On Debian: apt-get install -y util-linux"
    identity = [setpriv, f"--reuid={NOBODY.pw_uid}", f"--regid={NOBODY.pw_gid}", "--clear-groups"]
    for python in (sys.executable, "/usr/bin/python3"):
        # Twice, because the rights to read everything that root leaves to setpriv's child are gone in the grandchild.
        asked = [*identity, "sh", "-c", '"$0" -c "import shouwen.site.config, django, psycopg"; exit $?', python]
        settings = environment(folder, PYTHONPATH=PACKAGES, SHOUWEN_SECRET_KEY="k" * 40)
        if subprocess.run(asked, env=settings, capture_output=True, cwd=ROOT).returncode == 0:
            return [*identity, python]
    pytest.skip("no Python here is open to an ordinary user together with this folder and its packages")


@pytest.mark.skipif(os.geteuid() != 0, reason="whoever runs the tests is an ordinary user already")
def test_an_ordinary_user_runs_it_in_a_path_of_140_characters(short_folder: Path, starting: list[Started]) -> None:
    python = python_of_an_ordinary_user(short_folder)
    data = short_folder / ("long" * 35)
    data.mkdir()
    for folder in (short_folder, data):
        os.chown(folder, NOBODY.pw_uid, NOBODY.pw_gid)
    run = Started(data, *python, HOME="/nonexistent", PYTHONPATH=PACKAGES).ready()
    starting.append(run)
    assert len(str(run.data)) > 140
    assert {path.stat().st_uid for path in run.data.iterdir()} == {NOBODY.pw_uid}


def test_database_url_switches_to_debians_postgresql_with_no_other_change(
    short_folder: Path, starting: list[Started]
) -> None:
    binaries = Path("/usr/lib/postgresql/15/bin")
    if not (binaries / "postgres").exists():
        pytest.fail("Debian's PostgreSQL 15 is missing: apt-get install -y postgresql (.ci/run does it).")
    with EmbeddedPostgres(short_folder / "debian", binaries=binaries, durable=False) as bank:
        secret = {"DATABASE_URL": bank.url, "SHOUWEN_SECRET_KEY": "k" * 40}
        run = Started(short_folder / "data", **secret).ready()
        starting.append(run)
        assert not (run.data / "postgres").exists()
        assert eventually(lambda: "示范银行已装入" in run.said, 60)
        verified = shouwen(run.data, "verify", **secret)
        assert verified.returncode == 0, verified.stdout + verified.stderr
        run.stop()
