"""The messages room: dead letters without personal data, sent again by hand; words that are tried before they are used."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from shouwen.messaging import outbox, texts
from shouwen.messaging.models import CANCELLED, DEAD, QUEUED, OutboxMessage, Wording
from tests.desk.bank import AGENT, SUPERVISOR, signed_in
from tests.messaging.cases import EMAIL, PHONE, acknowledged, person, tell_last, tracking_code

ADMINISTRATOR = "000001"
WORDING = "/settings/messages/withdrawn/sms/zh/"


@pytest.fixture
def bank(staffed: None) -> None:
    """The demo bank's organisation."""


@pytest.fixture
def dead(bank: None) -> OutboxMessage:
    """An acknowledgement that could not be sent, because no way is configured."""
    tell_last(acknowledged(person(AGENT)))
    return OutboxMessage.objects.get(to_customer=True)


@pytest.fixture
def supervisor(bank: None) -> Client:
    return signed_in(SUPERVISOR)


@pytest.fixture
def administrator(bank: None) -> Client:
    return signed_in(ADMINISTRATOR)


def test_a_dead_letter_is_listed_with_its_reason_and_without_personal_data(
    dead: OutboxMessage, supervisor: Client
) -> None:
    page = supervisor.get("/settings/outbox/").content.decode()
    assert "受理回执" in page
    assert "没有配置这一发送渠道" in page
    for secret in (PHONE, EMAIL, "王小明"):
        assert secret not in page


def test_a_dead_letter_is_sent_again_by_a_click(dead: OutboxMessage, supervisor: Client, settings: Settings) -> None:
    settings.SHOUWEN_SMS_URL = "http://127.0.0.1:9/"
    answer = supervisor.post(f"/settings/outbox/{dead.id}/resend/", follow=True)
    assert "重新发送" in answer.content.decode()
    dead.refresh_from_db()
    assert dead.state == QUEUED


def test_a_message_that_is_cancelled_says_so_to_who_would_send_it_again(
    dead: OutboxMessage, supervisor: Client
) -> None:
    supervisor.post(f"/settings/outbox/{dead.id}/cancel/")
    answer = supervisor.post(f"/settings/outbox/{dead.id}/resend/", follow=True)
    assert "已取消" in answer.content.decode()
    dead.refresh_from_db()
    assert dead.state == CANCELLED


def test_on_trial_the_page_shows_what_the_customer_would_get(supervisor: Client, settings: Settings) -> None:
    settings.SHOUWEN_MESSAGES_ON_SCREEN = True
    settings.SHOUWEN_QUIET_HOURS = (settings.SHOUWEN_QUIET_HOURS[0],) * 2
    complaint = acknowledged(person(AGENT))
    tell_last(complaint)
    outbox.send_due()
    assert tracking_code(complaint) in supervisor.get("/settings/outbox/").content.decode()
    settings.SHOUWEN_MESSAGES_ON_SCREEN = False
    assert tracking_code(complaint) not in supervisor.get("/settings/outbox/").content.decode()


def test_the_case_page_shows_what_the_customer_was_told(bank: None, settings: Settings) -> None:
    settings.SHOUWEN_MESSAGES_ON_SCREEN = True
    settings.SHOUWEN_QUIET_HOURS = (settings.SHOUWEN_QUIET_HOURS[0],) * 2
    complaint = acknowledged(person(AGENT))
    tell_last(complaint)
    outbox.send_due()
    page = signed_in(AGENT).get(f"/complaints/{complaint.number}/").content.decode()
    assert "受理回执" in page
    assert "屏幕（试用）" in page
    assert "******" in page
    assert tracking_code(complaint) not in page


def test_every_text_is_listed_and_opens(administrator: Client) -> None:
    page = administrator.get("/settings/messages/").content.decode()
    for code, template in texts.templates().items():
        for form in template.forms:
            address = f"/settings/messages/{code}/{form}/en/"
            assert address in page
    assert administrator.get(WORDING).status_code == 200


@pytest.mark.parametrize("address", ["nothing/sms/zh/", "withdrawn/chat/zh/", "withdrawn/sms/fr/"])
def test_a_text_that_there_is_not_is_not_found(administrator: Client, address: str) -> None:
    assert administrator.get(f"/settings/messages/{address}").status_code == 404


def test_a_preview_keeps_nothing(administrator: Client) -> None:
    answer = administrator.post(WORDING, {"body": "投诉{number}已撤回，谢谢。", "preview": "1"})
    assert "投诉TS2026-00000012已撤回，谢谢。" in answer.content.decode()
    assert not Wording.objects.exists()


def test_saved_words_are_used_from_then_on_and_stand_in_the_history(administrator: Client) -> None:
    administrator.post(WORDING, {"body": "投诉{number}已撤回，谢谢。"})
    assert texts.standing("withdrawn", "sms", "zh").body == "投诉{number}已撤回，谢谢。"
    page = administrator.get(WORDING).content.decode()
    assert "变更记录" in page or "History" in page


def test_refused_words_are_said_at_their_field_and_what_was_typed_stays(administrator: Client) -> None:
    answer = administrator.post(WORDING, {"body": "投诉{number}，{phone}"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "占位符 {phone} 在这里不可用" in page
    assert "投诉{number}，{phone}" in page
    assert not Wording.objects.exists()


def test_own_words_are_taken_away_again(administrator: Client) -> None:
    administrator.post(WORDING, {"body": "投诉{number}已撤回，谢谢。"})
    administrator.post(f"{WORDING}restore/")
    assert not Wording.objects.exists()


def test_the_supervisor_finds_the_outbox_in_the_rail_and_no_words_to_edit(supervisor: Client) -> None:
    page = supervisor.get("/settings/outbox/").content.decode()
    assert 'href="/settings/outbox/"' in page
    assert "/settings/messages/" not in page
    assert supervisor.get("/settings/messages/").status_code == 403


def test_a_dead_letter_stays_in_the_list_however_old_it_is(dead: OutboxMessage, supervisor: Client) -> None:
    outbox.forget_old(timezone.now().replace(year=2030))
    assert OutboxMessage.objects.get(id=dead.id).state == DEAD
