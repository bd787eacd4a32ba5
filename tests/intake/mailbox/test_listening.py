"""收信端口: smtplib talks to the listener on loopback."""

import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.db import DatabaseError
from pytest_django import Settings

from shouwen.casework.models import ComplaintRow
from shouwen.intake.mailbox import listening
from shouwen.intake.mailbox.keeping import raw_source
from shouwen.intake.mailbox.listening import Listener
from shouwen.intake.mailbox.models import IncomingMail
from tests.intake.mailbox.conftest import of_this_database, small_bank
from tests.intake.mailbox.letters import CUSTOMER, US, mail


@pytest.fixture
def port(committed_db: None, settings: Settings) -> Iterator[int]:
    small_bank()
    settings.SHOUWEN_MAILBOX_ADDRESSES = (US,)
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = free.getsockname()[1]
    listener = Listener("127.0.0.1", number)
    listener.start()
    yield number
    listener.stop()


def send(port: int, raw: bytes, *, sender: str = CUSTOMER, to: str = US) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.sendmail(sender, [to], raw)


def test_a_mail_handed_over_is_registered(port: int) -> None:
    send(port, mail())
    assert ComplaintRow.objects.count() == 1


def test_it_relays_nothing(port: int) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(port, mail(), to="someone@elsewhere.example")
    assert not IncomingMail.objects.exists()


def test_an_empty_return_path_is_known_as_automatic(port: int) -> None:
    send(port, mail(), sender="")
    assert IncomingMail.objects.get().reason == "no-return-path"


def test_the_plus_address_of_the_envelope_leads_to_the_complaint(port: int) -> None:
    send(port, mail())
    number = ComplaintRow.objects.get().number
    send(port, mail("补充", message_id="<2@x>"), to=f"complaints+{number}@bank.example")
    assert list(IncomingMail.objects.order_by("id").values_list("state", flat=True)) == ["registered", "added"]


def test_a_mail_that_cannot_be_stored_is_not_accepted(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(raw: bytes, received_at: None) -> None:
        raise DatabaseError

    monkeypatch.setattr(listening, "keep", full)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(port, mail())
    assert refused.value.smtp_code == 451


def test_a_mail_on_which_the_program_fails_is_accepted_and_kept_for_the_next_poll(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(mail_id: int) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(listening, "take", failing)
    send(port, mail())
    row = IncomingMail.objects.get()
    assert row.state == "new"
    assert raw_source(row).endswith(mail())


def test_the_command_receives_until_it_is_told_to_stop(committed_db: None) -> None:
    small_bank()
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = free.getsockname()[1]
    listening_process = subprocess.Popen(
        [sys.executable, "-m", "shouwen.cli", "mailbox", "listen"],
        env={
            **of_this_database(),
            "SHOUWEN_SMTP_LISTEN": f"127.0.0.1:{number}",
            "SHOUWEN_MAILBOX_ADDRESSES": US,
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    assert listening_process.stderr is not None
    said = ""
    while f"127.0.0.1:{number}" not in said:
        assert listening_process.poll() is None, said
        said += listening_process.stderr.readline()
    send(number, mail())
    listening_process.terminate()
    listening_process.communicate(timeout=60)
    assert listening_process.returncode == 0
    assert ComplaintRow.objects.count() == 1
