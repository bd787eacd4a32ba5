"""发件箱: messages wait here until an adapter has taken them. What is promised here: each message goes out at least once, and one

that may be a second copy is marked so. A row is marked as being sent, and that is committed, before the adapter is called; whoever
finds such a row later knows that its sender died on the way.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from procrastinate.contrib.django import app

from shouwen.casework import privacy
from shouwen.casework.door import handle
from shouwen.casework.vault import Vault
from shouwen.core.complaint.customer import NoteMessage
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.messaging import envelope
from shouwen.messaging.adapters import SCREEN, Adapter, Letter, NotSent, adapter_for
from shouwen.messaging.envelope import Envelope
from shouwen.messaging.models import CANCELLED, DEAD, QUEUED, SENDING, SENT, OutboxMessage
from shouwen.messaging.quiet_hours import not_before
from shouwen.organisation.calendar import working_calendar

log = structlog.get_logger()
MESSENGER = Actor(person=None, system="messaging")
SEND = "messaging.send"
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
LEASE = timedelta(minutes=10)
"""Whoever has been sending for longer is dead: all time limits of an adapter together are shorter."""
MOST_AT_ONCE = 500
KEPT = timedelta(days=90)
RECORD_LENGTH = 40_000
NO_WAY = Text(
    "未发送：没有配置这一发送渠道。请在部署设置中配置后重新发送。",
    "Not sent: no adapter is configured for this way. Configure one in the settings, then send it again.",
)
TOO_LATE = Text("已过有效时间，不再发送。", "It is no longer valid and is not sent any more.")
SENDER_DIED = Text("发送过程中断，可能已发出。", "The sending was cut off; it may have gone out.")


def enqueue(
    *,
    dedupe_key: str,
    code: str,
    way: str,
    language: str,
    words: Envelope,
    now: datetime,
    complaint_id: int | None = None,
    seq: int | None = None,
    to_customer: bool = False,
    vault: Vault | None = None,
    until: datetime | None = None,
) -> OutboxMessage:
    """Put a message into the outbox, in the caller's transaction; the same `dedupe_key` again changes nothing.

    Where the bank has no such way, the message stays visible as not sent. Refused when the customer's data have been erased.
    """
    message = OutboxMessage(
        dedupe_key=dedupe_key,
        code=code,
        way=way,
        language=language,
        complaint_id=complaint_id,
        seq=seq,
        to_customer=to_customer,
        state=QUEUED,
        next_at=now,
        made_at=now,
        until=until,
    )
    message.sealed = envelope.seal(words, message, vault)
    message.next_at = _when_allowed(message, now)
    if adapter_for(way) is None:
        message.state = DEAD
        _say(message, NO_WAY)
    with transaction.atomic():
        # Two who tell the same thing at the same moment: the second waits here for the first, and then adds nothing.
        OutboxMessage.objects.bulk_create([message], ignore_conflicts=True)
        kept = OutboxMessage.objects.get(dedupe_key=dedupe_key)
        if kept.id == message.id and message.state == QUEUED and message.next_at <= now:
            app.configure_task(SEND).defer(message_id=str(message.id))
    return kept


def send_due(now: datetime | None = None, most: int = MOST_AT_ONCE) -> int:
    """Send what is due at `now`; returns how many went out. Any number of processes may do this at the same time.

    Without `now` each message is claimed at its own moment: in a long sweep the last one must not look abandoned.
    """
    take_over_from_the_dead(now or timezone.now())
    sent = 0
    for _ in range(most):
        moment = now or timezone.now()
        message = _claim(OutboxMessage.objects.filter(state=QUEUED, next_at__lte=moment).order_by("next_at"), moment)
        if message is None:
            break
        sent += _carry(message, moment)
    return sent


def send_one(message_id: UUID, now: datetime) -> bool:
    """Send this message if it is due and nobody else sends it."""
    message = _claim(OutboxMessage.objects.filter(id=message_id, state=QUEUED, next_at__lte=now), now)
    return message is not None and _carry(message, now)


def take_over_from_the_dead(now: datetime) -> int:
    """What somebody began to send and never finished is sent again, as perhaps the second copy."""
    with transaction.atomic():
        left = OutboxMessage.objects.select_for_update(skip_locked=True).filter(
            state=SENDING, claimed_at__lte=now - LEASE
        )
        rows = list(left)
        for message in rows:
            message.maybe_twice = True
            _try_later(message, SENDER_DIED, now)
    return len(rows)


def _claim(rows: QuerySet[OutboxMessage], now: datetime) -> OutboxMessage | None:
    """Mark one message as being sent by us. Committed before the adapter is called. None when there is none to send."""
    with transaction.atomic():
        message = rows.select_for_update(skip_locked=True).first()
        if message is None:
            return None
        allowed = _when_allowed(message, now)
        if allowed > now:
            message.next_at = allowed
        elif message.until and message.until <= now:
            message.state, message.sealed = CANCELLED, None
            _say(message, TOO_LATE)
        else:
            message.state, message.claimed_at = SENDING, now
            message.attempts += 1
        message.save()
    return message


def _when_allowed(message: OutboxMessage, now: datetime) -> datetime:
    """Customers get no text message at night, but for the code that they have just asked for."""
    if message.way != "sms" or not message.to_customer or message.complaint_id is None:
        return now
    begin, end = settings.SHOUWEN_QUIET_HOURS
    return not_before(now, begin, end, working_calendar().zone)


def _carry(message: OutboxMessage, now: datetime) -> bool:
    """Give a claimed message to its adapter and write down what became of it. Not in a transaction: the other side cannot roll back."""
    if message.state != SENDING:
        return False
    adapter = adapter_for(message.way)
    try:
        words = envelope.unseal(message)
        if adapter is None:
            raise NotSent(NO_WAY, again=False)
        adapter.send(_letter(message, words))
    except Refusal as refusal:  # the customer's data were erased meanwhile
        _finish(message, refusal.message, now, cancelled=True)
        return False
    except NotSent as failure:
        message.maybe_twice = message.maybe_twice or failure.unsure
        _finish(message, failure.why, now, again=failure.again)
        return False
    _note_sent(message, words, adapter, now)
    return True


def _letter(message: OutboxMessage, words: Envelope) -> Letter:
    return Letter(
        id=str(message.id), address=words.address, subject=words.subject, text=words.text, number=words.number
    )


def _finish(message: OutboxMessage, why: Text, now: datetime, *, again: bool = False, cancelled: bool = False) -> None:
    log.warning("message not sent", message=str(message.id), way=message.way, template=message.code, why=why.en)
    with transaction.atomic():
        if not _still_ours(message):
            return
        if cancelled:
            message.state, message.sealed = CANCELLED, None
            _say(message, why)
            message.save()
        elif again:
            _try_later(message, why, now)
        else:
            message.state = DEAD
            _say(message, why)
            message.save()


def _still_ours(message: OutboxMessage) -> bool:
    """Whether nobody has taken the message over because we were so slow; holds the row."""
    return (
        OutboxMessage.objects.select_for_update()
        .filter(id=message.id, state=SENDING, attempts=message.attempts)
        .exists()
    )


def _try_later(message: OutboxMessage, why: Text, now: datetime) -> None:
    tried = message.attempts
    if tried > len(BACK_OFF):
        message.state = DEAD
    else:
        message.state, message.next_at = QUEUED, now + BACK_OFF[max(tried, 1) - 1]
    _say(message, why)
    message.save()


def _say(message: OutboxMessage, why: Text) -> None:
    message.error_zh, message.error_en = why.zh[:300], why.en[:300]


def _note_sent(message: OutboxMessage, words: Envelope, adapter: Adapter, now: datetime) -> None:
    """Sent, and on the timeline of the complaint where it went to the customer: both or neither."""
    with transaction.atomic():
        if not _still_ours(message):
            return
        message.state, message.sent_at = SENT, now
        message.error_zh = message.error_en = ""
        message.on_screen = adapter is SCREEN
        if not message.on_screen:
            message.sealed = _address_only(message, words)
        message.save()
        if message.to_customer and message.complaint_id is not None:
            _put_on_timeline(message, words, "screen" if message.on_screen else message.way, now)


def _address_only(message: OutboxMessage, words: Envelope) -> bytes | None:
    """What is kept after sending: the address to which it went, so that a later change of contact data is told there too."""
    if message.complaint_id is None or not message.to_customer:
        return None
    try:
        return envelope.seal(Envelope(address=words.address), message)
    except Refusal:  # erased while it was on its way: nothing is kept
        return None


def _put_on_timeline(message: OutboxMessage, words: Envelope, way: str, now: datetime) -> None:
    note = NoteMessage(what=message.code, way=way, text=words.record[:RECORD_LENGTH], again=message.maybe_twice)
    try:
        handle(note, actor=MESSENGER, complaint=message.complaint_id, key=f"message:{message.id}", now=now)
    except Refusal as refusal:
        # The message is out. Sending it again because the note was refused would flood the customer.
        log.error("message sent but not on the timeline", message=str(message.id), rule=refusal.rule)


def resend(message_id: UUID, now: datetime) -> None:
    """重新发送: a message that was given up is tried again from the beginning. Refused in any other state."""
    with transaction.atomic():
        message = _locked(message_id)
        if message.state != DEAD:
            raise _not_now(message)
        message.state, message.attempts = QUEUED, 0
        message.next_at = _when_allowed(message, now)
        message.save()
        if message.next_at <= now:
            app.configure_task(SEND).defer(message_id=str(message.id))


def cancel(message_id: UUID) -> None:
    """取消发送: a message that waits or was given up is not sent any more. Refused when it is out or on its way."""
    with transaction.atomic():
        message = _locked(message_id)
        if message.state not in (DEAD, QUEUED):
            raise _not_now(message)
        message.state, message.sealed = CANCELLED, None
        message.save()


def _locked(message_id: UUID) -> OutboxMessage:
    message = OutboxMessage.objects.select_for_update().filter(id=message_id).first()
    if message is None:
        raise Refusal(
            "message-unknown",
            Text("没有这条消息，请刷新页面。", "There is no such message. Reload the page."),
        )
    return message


def _not_now(message: OutboxMessage) -> Refusal:
    state = STATE_TITLES[message.state]
    return Refusal(
        "message-moved-on",
        Text(
            f"这条消息现在是“{state.zh}”，未作更改。请刷新页面查看。",
            f"This message is now “{state.en}”; nothing was changed. Reload the page.",
        ),
    )


STATE_TITLES = {
    QUEUED: Text("待发送", "Waiting"),
    SENDING: Text("发送中", "Being sent"),
    SENT: Text("已发送", "Sent"),
    DEAD: Text("未发出", "Not sent"),
    CANCELLED: Text("已取消", "Cancelled"),
}


def waiting_or_dead() -> QuerySet[OutboxMessage]:
    """What staff look after: given up first, then what waits; the newest first. Without the sealed words."""
    return OutboxMessage.objects.filter(state__in=(DEAD, QUEUED, SENDING)).defer("sealed").order_by("state", "-made_at")


def shown_on_screen(most: int) -> Iterator[tuple[OutboxMessage, Envelope]]:
    """What went to the screen on trial, the newest first, in clear. Empty unless the screen is switched on."""
    if not SCREEN.configured():
        return
    for message in OutboxMessage.objects.filter(state=SENT, on_screen=True).order_by("-sent_at")[:most]:
        try:
            yield message, envelope.unseal(message)
        except Refusal:
            log.info("message of an erased complaint is not shown", message=str(message.id))


def fingerprint(address: str) -> str:
    """A keyed hash of an address, for keys that must not hold it."""
    return privacy.keyring().blind_index("message address", address).hex()


def earlier_addresses(complaint_id: int, way: str) -> set[str]:
    """Where the customer of this complaint was told something before, by this way."""
    rows = OutboxMessage.objects.filter(complaint_id=complaint_id, way=way, to_customer=True, state=SENT)
    return {envelope.unseal(message).address for message in rows if message.sealed}


def forget_old(now: datetime) -> int:
    """Every night: what was sent or cancelled 90 days ago goes; the timeline keeps what the customer got."""
    old = Q(sent_at__lt=now - KEPT) | Q(state=CANCELLED, made_at__lt=now - KEPT)
    return OutboxMessage.objects.filter(old).delete()[0]
