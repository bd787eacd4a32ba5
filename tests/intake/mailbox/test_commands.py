"""`shouwen mailbox` and its settings: a sentence for whatever the operator can put right."""

import pytest
from pytest_django import Settings

from shouwen.core.refusal import Refusal
from shouwen.intake.mailbox.commands import main
from shouwen.intake.tasks import poll_mailbox
from shouwen.site.config import SettingRefused, load


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("mailbox_url", "pop3://a@b.example:x@mail.example"),
        ("mailbox_url", "imaps://mail.example/INBOX"),
        ("mailbox_after", "burn"),
        ("mailbox_addresses", "nobody"),
        ("smtp_listen", "2525"),
        ("smtp_listen", "host:99999"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: str
) -> None:
    monkeypatch.setenv(f"SHOUWEN_{setting.upper()}", value)
    with pytest.raises(SettingRefused, match=f"SHOUWEN_{setting.upper()}"):
        load()


def test_the_mailboxes_own_user_is_one_of_our_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUWEN_MAILBOX_URL", "imaps://a%40bank.example:p%40ss@mail.example/INBOX")
    monkeypatch.setenv("SHOUWEN_MAILBOX_ADDRESSES", "b@bank.example, c@bank.example")
    assert load().own_mail_addresses == ("b@bank.example", "c@bank.example", "a@bank.example")


def test_polling_without_a_mailbox_says_which_setting_is_missing(settings: Settings) -> None:
    settings.SHOUWEN_MAILBOX_URL = None
    with pytest.raises(Refusal, match="SHOUWEN_MAILBOX_URL"):
        main(["poll"])


def test_listening_without_an_address_says_which_settings_are_missing(settings: Settings) -> None:
    settings.SHOUWEN_SMTP_LISTEN = None
    with pytest.raises(Refusal, match="SHOUWEN_SMTP_LISTEN"):
        main(["listen"])


@pytest.mark.django_db
def test_a_mailbox_that_is_away_is_a_warning_not_a_failed_job(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SHOUWEN_MAILBOX_URL = "imap://a%40b.example:secret@127.0.0.1:1/INBOX"
    poll_mailbox(0)
    assert "mailbox-unreachable" in caplog.text
