"""收取邮件: against a real IMAP talk on loopback. Stored before anything else; once each, whenever the process is killed."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from shouwen.casework.models import ComplaintRow
from shouwen.core.refusal import Refusal
from shouwen.intake.mailbox import keeping, polling
from shouwen.intake.mailbox.keeping import keep, raw_source
from shouwen.intake.mailbox.models import IncomingMail
from shouwen.intake.mailbox.polling import poll
from tests.intake.mailbox.conftest import of_this_database, small_bank
from tests.intake.mailbox.imap_server import ImapServer
from tests.intake.mailbox.letters import US, mail


def numbered(count: int) -> list[bytes]:
    return [mail(f"第{number}封投诉。", message_id=f"<{number}@customer.example>") for number in range(count)]


@pytest.fixture
def server(bank: None, settings: Settings) -> Iterator[ImapServer]:
    with ImapServer(numbered(3)) as server:
        settings.SHOUWEN_MAILBOX_URL = server.url
        settings.SHOUWEN_MAILBOX_AFTER = "keep"
        settings.SHOUWEN_MAILBOX_MOVE_TO = "已收"
        yield server


def test_each_mail_is_registered_once_however_often_one_polls(server: ImapServer) -> None:
    assert [poll(), poll()] == [3, 0]
    assert ComplaintRow.objects.count() == 3


def test_only_what_is_new_is_fetched_the_next_time(server: ImapServer) -> None:
    poll()
    server.commands.clear()
    server.deliver(mail("新的", message_id="<new@x>"))
    assert poll() == 1
    assert sum("BODY" in command for command in server.commands) == 1


def test_the_day_of_receipt_is_when_the_server_received_it(server: ImapServer) -> None:
    poll()
    assert {row.received_at for row in ComplaintRow.objects.all()} == {datetime(2026, 3, 3, 1, 30, tzinfo=UTC)}


def test_kept_mails_are_marked_as_read_and_nothing_is_expunged(server: ImapServer) -> None:
    server.folders["INBOX"][1].flags.add(r"\Deleted")
    poll()
    assert [r"\Seen" in each.flags for each in server.folders["INBOX"].values()] == [True, True, True]
    assert "EXPUNGE" not in server.commands


def test_mails_are_deleted_where_the_setting_says_so(server: ImapServer, settings: Settings) -> None:
    settings.SHOUWEN_MAILBOX_AFTER = "delete"
    assert poll() == 3
    assert server.folders["INBOX"] == {}


@pytest.mark.parametrize("can_move", [True, False])
def test_mails_are_moved_to_a_folder_that_is_made(server: ImapServer, settings: Settings, can_move: bool) -> None:
    settings.SHOUWEN_MAILBOX_AFTER, settings.SHOUWEN_MAILBOX_MOVE_TO = "move", "Taken"
    server.can_move = can_move
    assert poll() == 3
    assert (len(server.folders["INBOX"]), len(server.folders["Taken"])) == (0, 3)


def test_nothing_leaves_the_server_when_it_could_not_be_stored(
    server: ImapServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise MemoryError

    settings.SHOUWEN_MAILBOX_AFTER = "delete"
    monkeypatch.setattr(polling, "keep", full)
    with pytest.raises(MemoryError):
        poll()
    assert len(server.folders["INBOX"]) == 3


def test_a_folder_numbered_anew_is_read_again_and_registers_nothing_twice(server: ImapServer) -> None:
    poll()
    server.validity += 1
    assert poll() == 0
    assert ComplaintRow.objects.count() == 3


def test_a_mail_that_is_too_large_stays_on_the_server_and_becomes_a_case_for_a_person(
    server: ImapServer, settings: Settings
) -> None:
    settings.SHOUWEN_MAILBOX_AFTER = "delete"
    server.sizes[2] = keeping.MOST_BYTES + 1
    poll()
    row = IncomingMail.objects.get(reason="too-large")
    assert row.state == "refused"
    assert b"Subject" in raw_source(row)
    assert list(server.folders["INBOX"]) == [2]


def test_a_wrong_password_gets_a_sentence_without_the_password(
    server: ImapServer, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SHOUWEN_MAILBOX_URL = server.url.replace("secret", "wrong-one")
    with pytest.raises(Refusal) as refused:
        poll()
    assert refused.value.rule == "mailbox-unreachable"
    assert "wrong-one" not in refused.value.message.en + caplog.text


def test_a_server_that_is_away_gets_a_sentence(server: ImapServer, settings: Settings) -> None:
    settings.SHOUWEN_MAILBOX_URL = "imap://a%40b.example:secret@127.0.0.1:1/INBOX"
    with pytest.raises(Refusal) as refused:
        poll()
    assert refused.value.rule == "mailbox-unreachable"


def test_what_was_stored_is_taken_without_a_mailbox(bank: None, settings: Settings) -> None:
    settings.SHOUWEN_MAILBOX_URL = None
    keep(mail(), None)
    assert poll() == 1


def test_while_one_polls_another_does_nothing(committed_db: None, settings: Settings) -> None:
    small_bank()
    settings.SHOUWEN_MAILBOX_URL = None
    keep(mail(), None)
    taken: list[int] = []

    def elsewhere() -> None:
        taken.append(poll())
        connection.close()

    with polling._alone() as is_alone:
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join()
    assert (is_alone, taken) == (True, [0])


class Killed:
    """`shouwen mailbox poll` as a process of its own, killed when the server hears a certain command."""

    def __init__(self, server: ImapServer) -> None:
        self.server = server
        self.environment = {
            **of_this_database(),
            "SHOUWEN_MAILBOX_URL": server.url,
            "SHOUWEN_MAILBOX_AFTER": "delete",
            "SHOUWEN_MAILBOX_ADDRESSES": US,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, at: str = "") -> int:
        def heard(command: str) -> None:
            if at and at in command and self.process:
                self.process.kill()
                self.process.wait()

        self.server.on = heard
        self.process = subprocess.Popen(
            [sys.executable, "-m", "shouwen.cli", "mailbox", "poll"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.said = self.process.communicate(timeout=120)[0].decode()
        return self.process.returncode

    def run_killed_while_it_takes(self) -> int:
        """Killed with the mail stored and the transaction of the complaint open."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('shouwen.mailbox.take'))")
            runner = threading.Thread(target=self.run)
            runner.start()
            waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            cursor.execute("SELECT 0")
            while cursor.fetchone()[0] == 0:
                cursor.execute(waiting)
            assert self.process is not None
            self.process.kill()
            runner.join()
        return self.process.returncode


def wait_until_nobody_polls() -> None:
    """The database lets a killed process's locks go a moment later."""
    held = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE locktype = 'advisory' AND datname = current_database()"
    with connection.cursor() as cursor:
        cursor.execute(held)
        while cursor.fetchone()[0]:
            cursor.execute(held)


def test_killed_in_the_middle_each_mail_is_registered_exactly_once(committed_db: None) -> None:
    small_bank()
    with ImapServer(numbered(4)) as server:
        polling_process = Killed(server)
        for at in ("UID FETCH 1 (BODY", "UID STORE 1", "EXPUNGE", "UID FETCH 3 (BODY"):
            assert polling_process.run(at) == -9, polling_process.said
            wait_until_nobody_polls()
        assert polling_process.run_killed_while_it_takes() == -9
        wait_until_nobody_polls()
        assert polling_process.run() == 0, polling_process.said
        assert server.folders["INBOX"] == {}
    assert ComplaintRow.objects.count() == IncomingMail.objects.count() == 4
    assert set(IncomingMail.objects.values_list("state", flat=True)) == {"registered"}
