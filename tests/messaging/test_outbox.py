"""The outbox: all or nothing, once for each key, again after a failure, given up in the end, never by night."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from pytest_django import Settings

from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.demo import load
from shouwen.messaging import outbox
from shouwen.messaging.envelope import Envelope
from shouwen.messaging.models import CANCELLED, DEAD, QUEUED, SENDING, SENT, OutboxMessage
from shouwen.messaging.tell import tell
from tests.messaging.cases import acknowledged, last_told, person, tell_last
from tests.messaging.counterparts import Gateway

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)


def put(key: str = "k", now: datetime = NOON, **changes: Any) -> OutboxMessage:
    given: dict[str, Any] = {"code": "contact_code", "way": "sms", "language": "zh", "to_customer": True, **changes}
    return outbox.enqueue(dedupe_key=key, words=Envelope(address="13812345678", text="您好"), now=now, **given)


def state_of(message: OutboxMessage) -> str:
    return OutboxMessage.objects.get(id=message.id).state


def jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [outbox.SEND])
        return int(cursor.fetchone()[0])


def test_what_is_rolled_back_leaves_neither_message_nor_job(begun: None, sms: Gateway) -> None:
    with transaction.atomic():
        put()
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()
    assert jobs() == 0


def test_a_message_is_queued_with_the_job_that_sends_it(begun: None, sms: Gateway) -> None:
    put()
    assert jobs() == 1


def test_the_same_key_is_one_message_and_one_job(begun: None, sms: Gateway) -> None:
    assert put().id == put().id
    assert (OutboxMessage.objects.count(), jobs()) == (1, 1)


def test_a_sent_message_is_not_sent_again_by_the_same_key(begun: None, sms: Gateway) -> None:
    put()
    outbox.send_due(NOON)
    put()
    outbox.send_due(NOON)
    assert len(sms.asked) == 1


def test_a_message_is_sent_by_its_job_alone(begun: None, sms: Gateway) -> None:
    message = put()
    assert outbox.send_one(UUID(str(message.id)), NOON)
    assert not outbox.send_one(UUID(str(message.id)), NOON)
    assert len(sms.asked) == 1


def test_what_failed_is_tried_again_later_and_later_and_then_given_up(begun: None, sms: Gateway) -> None:
    sms.answers = [(503, {}, b"")] * 9
    message, now, waits = put(), NOON, []
    for _ in range(len(outbox.BACK_OFF)):
        outbox.send_due(now)
        message.refresh_from_db()
        waits.append(message.next_at - now)
        now = message.next_at
    outbox.send_due(now)
    assert [wait.total_seconds() / 60 for wait in waits] == [1, 5, 30, 120, 360]
    assert state_of(message) == DEAD
    assert len(sms.asked) == 6


def test_nothing_is_tried_before_its_time(begun: None, sms: Gateway) -> None:
    sms.answers = [(503, {}, b"")]
    put()
    outbox.send_due(NOON)
    assert outbox.send_due(NOON + timedelta(seconds=59)) == 0
    assert outbox.send_due(NOON + timedelta(seconds=60)) == 1


def test_what_a_second_try_cannot_change_is_given_up_at_once(begun: None, sms: Gateway) -> None:
    sms.answers = [(400, {}, b"13812345678 is not a number")]
    message = put()
    outbox.send_due(NOON)
    message.refresh_from_db()
    assert message.state == DEAD
    assert "HTTP 400" in message.error_zh
    assert "13812345678" not in message.error_zh + message.error_en


def test_a_dead_letter_is_sent_again_by_hand(begun: None, sms: Gateway) -> None:
    sms.answers = [(400, {}, b"")]
    message = put()
    outbox.send_due(NOON)
    outbox.resend(message.id, NOON)
    assert outbox.send_due(NOON) == 1
    assert state_of(message) == SENT


def test_what_is_sent_cannot_be_sent_again_by_hand_nor_cancelled(begun: None, sms: Gateway) -> None:
    message = put()
    outbox.send_due(NOON)
    for act in (lambda: outbox.resend(message.id, NOON), lambda: outbox.cancel(message.id)):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.rule == "message-moved-on"


def test_what_is_cancelled_is_not_sent_and_keeps_no_words(begun: None, sms: Gateway) -> None:
    message = put()
    outbox.cancel(message.id)
    assert outbox.send_due(NOON) == 0
    message.refresh_from_db()
    assert (message.state, message.sealed) == (CANCELLED, None)


def test_what_is_no_longer_valid_is_not_sent(begun: None, sms: Gateway) -> None:
    message = put(until=NOON + timedelta(minutes=10))
    assert outbox.send_due(NOON + timedelta(minutes=10)) == 0
    assert state_of(message) == CANCELLED


def test_a_sender_that_died_is_followed_by_another_and_the_message_marked(begun: None, sms: Gateway) -> None:
    message = put()
    OutboxMessage.objects.filter(id=message.id).update(state=SENDING, attempts=1, claimed_at=NOON)
    assert outbox.send_due(NOON + outbox.LEASE - timedelta(seconds=1)) == 0
    outbox.send_due(NOON + outbox.LEASE)
    outbox.send_due(NOON + outbox.LEASE + outbox.BACK_OFF[0])
    message.refresh_from_db()
    assert (message.state, message.maybe_twice) == (SENT, True)


def test_a_message_whose_answer_never_came_is_marked_as_perhaps_sent_twice(
    begun: None, sms: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shouwen.messaging.adapters.posting.ANSWER_SECONDS", 0.05)
    sms.free.clear()
    message = put()
    outbox.send_due(NOON)
    sms.free.set()
    message.refresh_from_db()
    assert (message.state, message.maybe_twice) == (QUEUED, True)


def test_customers_get_no_text_message_by_night(agent: Actor, sms: Gateway, settings: Settings) -> None:
    settings.SHOUWEN_QUIET_HOURS = (time(21), time(8))
    tell_last(acknowledged(agent), NIGHT)
    assert outbox.send_due(NIGHT) == 0
    assert OutboxMessage.objects.get().next_at == MORNING
    assert outbox.send_due(MORNING) == 1


def test_a_code_that_the_customer_asked_for_comes_by_night_too(begun: None, sms: Gateway, settings: Settings) -> None:
    settings.SHOUWEN_QUIET_HOURS = (time(21), time(8))
    put(now=NIGHT)
    assert outbox.send_due(NIGHT) == 1


def test_old_messages_go_and_dead_ones_stay(begun: None, sms: Gateway) -> None:
    put("sent")
    outbox.send_due(NOON)
    sms.answers = [(400, {}, b"")]
    put("dead")
    outbox.send_due(NOON)
    assert outbox.forget_old(NOON + timedelta(days=91)) == 1
    assert OutboxMessage.objects.get().state == DEAD


def test_eight_who_tell_the_same_and_send_at_the_same_time_send_once(committed_db: None, sms: Gateway) -> None:
    load.load(complaints=0)
    complaint = acknowledged(person("100101"))
    seq = last_told(complaint)

    def one_of_many(_: int) -> None:
        try:
            tell(complaint.id, [seq], NOON)
            outbox.send_due(NOON)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one_of_many, range(8)))
    assert len(sms.asked) == 1
    assert OutboxMessage.objects.get().state == SENT
