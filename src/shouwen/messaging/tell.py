"""谁收到什么: reads what has happened to a complaint and puts what people are told into the outbox (mission A3, D1).

The customer is told by text message and by e-mail, as far as contact data were given and the bank has that way. Colleagues are told
by e-mail, and their group by WeCom and DingTalk; what they are told holds no personal data, and of a secret complaint only its
number, never in a group. The bank's own systems are told by webhook that something has happened, not what.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.casework.rules import policy_of
from shouwen.casework.vault import DETAIL_TITLES, Vault
from shouwen.core import masking
from shouwen.core.complaint import Complaint, Event, read_complaint, read_event
from shouwen.core.complaint.signing import awaits_signature
from shouwen.core.text import Text
from shouwen.messaging import outbox, texts
from shouwen.messaging.adapters import ADAPTERS, adapter_for
from shouwen.messaging.envelope import Envelope
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.organisation.models import Staff

CUSTOMER_WAYS = ("sms", "email")
GROUP_WAYS = ("wecom", "dingtalk")
WITH_THE_LETTER = ("email", "sms")
MASKED_CODE = "******"
TO_CUSTOMER = frozenset(
    {
        "acknowledged",
        "declined",
        "replied",
        "reopened",
        "withdrawn",
        "withdrawal_noted",
        "review_asked",
        "review_answered",
        "contact_corrected",
        "extension_granted",
        "merged_into",
    }
)
TO_STAFF: dict[str, Callable[[Complaint, Any], Iterable[int | None]]] = {
    "dispatched": lambda complaint, event: (event.offer.to,),
    "hand_over_offered": lambda complaint, event: (event.offer.to,),
    "passed_on": lambda complaint, event: (event.offer.to,),
    "sent_back": lambda complaint, event: (complaint.responsible,),
    "reply_checked": lambda complaint, event: _signers(complaint),
    "reply_returned": lambda complaint, event: (complaint.responsible,),
    "signature_refused": lambda complaint, event: (complaint.responsible,),
    "statement_added": lambda complaint, event: (complaint.responsible,),
    "review_asked": lambda complaint, event: (complaint.responsible, _leader(complaint)),
    "time_marked": lambda complaint, event: (event.mark.person,),
    "extension_requested": lambda complaint, event: _leaders_above(complaint),
    "extension_granted": lambda complaint, event: (complaint.responsible,),
    "extension_refused": lambda complaint, event: (complaint.responsible,),
    "withdrawal_asked": lambda complaint, event: (_leader(complaint),),
    "withdrawal_doubted": lambda complaint, event: (complaint.responsible,),
    "leaders_told": lambda complaint, event: event.people,
    "interest_declared": lambda complaint, event: (event.responsible,),
    "slip_issued": lambda complaint, event: (complaint.offer.to if complaint.offer else complaint.responsible,),
    "slip_answered": lambda complaint, event: (_issuer(complaint, event.number),),
    "slip_returned": lambda complaint, event: (complaint.responsible,),
    "answer_accepted": lambda complaint, event: (complaint.responsible,),
    "slip_withdrawn": lambda complaint, event: (complaint.responsible,),
}
"""Which colleagues an event concerns, by person."""


REMINDERS = {
    "warned": "时限将到",
    "target_passed": "已过目标时间",
    "missed": "已超过时限",
    "escalated": "超过时限，现上报给您",
}
"""What a colleague is reminded of. Colleagues are written to in Chinese."""


class Happened(msgspec.Struct, frozen=True):
    """One event of a complaint that somebody is told about."""

    complaint: Complaint
    seq: int
    kind: str
    event: Event
    now: datetime

    def key(self, *parts: object) -> str:
        return ":".join(map(str, (self.complaint.id, self.seq, *parts)))


@transaction.atomic
def tell(complaint_id: int, seqs: Sequence[int], now: datetime) -> None:
    """Put into the outbox what these entries of the journal tell people. Told again, it adds nothing."""
    complaint = read_complaint(ComplaintRow.objects.only("state").get(id=complaint_id).state)
    for entry in JournalEntry.objects.filter(complaint_id=complaint_id, seq__in=seqs).order_by("seq"):
        happened = Happened(complaint, entry.seq, entry.kind, read_event(entry.body), now)
        if entry.kind in TO_CUSTOMER and getattr(happened.event, "tell", True):
            _tell_customer(happened)
        if entry.kind in TO_STAFF:
            _tell_staff(happened)
        _tell_systems(happened)


# --- The customer ------------------------------------------------------------------------------------------------------


def _tell_customer(happened: Happened) -> None:
    complaint = happened.complaint
    vault = Vault.open(complaint.id)
    if vault.erased:
        return
    language = language_of(complaint)
    code = _customers_template(happened)
    values = _customers_values(happened, vault, language)
    for way, address in _customers_addresses(happened, vault):
        words = texts.standing(code, way, language)
        known = {name: values[name] for name in texts.templates()[code].names}
        ready = texts.filled(words, known)
        outbox.enqueue(
            dedupe_key=happened.key(code, way, _place(address, vault, way)),
            code=code,
            way=way,
            language=language,
            words=Envelope(
                address=address,
                text=ready.body,
                subject=ready.subject,
                record=_record(words, known, happened),
                number=complaint.number,
            ),
            now=happened.now,
            complaint_id=complaint.id,
            seq=happened.seq,
            to_customer=True,
            vault=vault,
        )


def language_of(complaint: Complaint) -> str:
    """The language in which the customer is written to: English where the way in has noted it, else Chinese."""
    return "en" if str(complaint.channel_facts.get("language", "")).lower().startswith("en") else "zh"


def _customers_template(happened: Happened) -> str:
    """An answer by e-mail or text message is the message itself; any other answer is read on the customer's page."""
    method = getattr(happened.event, "method", "")
    return "replied_letter" if happened.kind == "replied" and method in WITH_THE_LETTER else happened.kind


def _customers_addresses(happened: Happened, vault: Vault) -> Iterable[tuple[str, str]]:
    """The customer's addresses by the ways that the bank has. Where it has none of them, one that stays visible as not sent.

    A correction is told to where the customer was told something before, too: who did not make it should hear of it.
    """
    given = {way: address for way in CUSTOMER_WAYS if (address := _present(vault, way))}
    method = getattr(happened.event, "method", "")
    if happened.kind == "replied" and method in WITH_THE_LETTER and method in given:
        given = {method: given[method]}
    open_ways = {way: address for way, address in given.items() if adapter_for(way) is not None}
    told = open_ways or dict(list(given.items())[:1])
    yield from told.items()
    if happened.kind == "contact_corrected":
        for way in CUSTOMER_WAYS:
            for address in sorted(outbox.earlier_addresses(happened.complaint.id, way) - {told.get(way)}):
                yield way, address


def _present(vault: Vault, way: str) -> str:
    """The customer's address for this way; none where the phone is a landline, which gets no text messages."""
    if way == "sms":
        phone = masking.normalise(masking.Kind.PHONE, vault.details.phone)
        return "" if phone.startswith("0") else phone
    return vault.details.email.strip()


def _place(address: str, vault: Vault, way: str) -> str:
    """Tells the present address from an earlier one in a key that holds no personal data."""
    return "now" if address == _present(vault, way) else f"before{outbox.fingerprint(address)}"


def _customers_values(happened: Happened, vault: Vault, language: str) -> dict[str, str]:
    complaint, event = happened.complaint, happened.event
    ground = _ground(complaint, getattr(event, "ground", ""))
    return {
        "bank": bank_name(),
        "number": complaint.number,
        "code": vault.tracking,
        "link": f"{settings.SHOUWEN_BASE_URL}/track/",
        "due": _due(complaint),
        "ground": ground[0].into(language),
        "way_on": ground[1].into(language),
        "reason": vault.unseal_text(getattr(event, "reason", "")),
        "letter": vault.unseal_text(complaint.draft.letter) if complaint.draft else "",
        "corrected": _listed(getattr(event, "fields", ()), language),
    }


def _ground(complaint: Complaint, code: str) -> tuple[Text, Text]:
    if not code:
        return Text(""), Text("")
    ground = policy_of(complaint.policy).decline_ground(code)
    return ground.title, ground.way_on


def _listed(fields: Sequence[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(DETAIL_TITLES[field].into(language) for field in fields)


def _record(words: texts.Words, values: dict[str, str], happened: Happened) -> str:
    """What the timeline keeps: the words as sent, but for the code, and the letter by its number, which is on the journal already."""
    letter = str(getattr(happened.event, "letter", ""))
    kept = {
        **values,
        **{name: hidden for name, hidden in (("code", MASKED_CODE), ("letter", letter)) if name in values},
    }
    return texts.filled(words, kept).body


def bank_name() -> str:
    """The name of the head office."""
    return next((unit.name for unit in directory().units() if unit.parent_id is None), "")


def _due(complaint: Complaint) -> str:
    """The day by which the customer has an answer, in the bank's zone."""
    clock = complaint.clock("reply")
    return f"{clock.limit.at.astimezone(working_calendar().zone):%Y-%m-%d}" if clock else ""


# --- Colleagues --------------------------------------------------------------------------------------------------------


def _tell_staff(happened: Happened) -> None:
    complaint = happened.complaint
    if not any(TO_STAFF[happened.kind](complaint, happened.event)):
        return
    code = "staff_secret" if complaint.secret else f"staff_{happened.kind}"
    values = _staff_values(happened)
    if adapter_for("email") is not None:
        for person, address in _colleagues(happened):
            _enqueue_for_staff(happened, code, "email", address, values, person)
    if complaint.secret:
        return  # a group is nobody's duty
    for way in GROUP_WAYS:
        if ADAPTERS[way].configured():
            _enqueue_for_staff(happened, code, way, "", values, "group")


def _colleagues(happened: Happened) -> Iterable[tuple[int, str]]:
    """The people concerned who have an office e-mail: neither who did it, nor who never sees the complaint (回避)."""
    concerned = dict.fromkeys(TO_STAFF[happened.kind](happened.complaint, happened.event))
    left_out = {happened.event.by, happened.complaint.employee_about, *happened.complaint.recused}
    people = [person for person in concerned if person is not None and person not in left_out]
    return Staff.objects.filter(id__in=people, is_active=True).exclude(email="").values_list("id", "email")


def _leader(complaint: Complaint) -> int | None:
    leader = directory().leader(complaint.handling_unit)
    return leader.id if leader else None


def _issuer(complaint: Complaint, number: str) -> int | None:
    """Who issued the supervision slip of this number."""
    return next((slip.by for slip in complaint.supervision if slip.number == number), None)


def _leaders_above(complaint: Complaint) -> tuple[int, ...]:
    """The leaders in line above the handling unit, each once: which of them decides, the page says."""
    unit = directory().unit(complaint.handling_unit)
    leaders = (directory().leader(each) for each in reversed(unit.line if unit else ()))
    return tuple(dict.fromkeys(leader.id for leader in leaders if leader))


def _signers(complaint: Complaint) -> tuple[int, ...]:
    """Who is to sign a reserved reply: the leader of the handling unit, or the next one above who is not kept out. Nobody once it is signed."""
    if not awaits_signature(complaint, policy_of(complaint.policy)):
        return ()
    return tuple(leader for leader in _leaders_above(complaint) if leader not in complaint.kept_out)[:1]


def _staff_values(happened: Happened) -> dict[str, str]:
    complaint = happened.complaint
    offer = getattr(happened.event, "offer", None)
    unit = directory().unit(offer.unit if offer else complaint.handling_unit)
    limit = offer.sign_by.limit.at if offer else getattr(happened.event, "limit_at", None)
    clock = getattr(happened.event, "clock", None)
    limit = limit or (clock.limit.at if clock else None)
    mark = getattr(happened.event, "mark", None)
    page = reverse("desk:case", args=[complaint.number])
    return {
        "number": complaint.number,
        "unit": unit.name if unit else "",
        "slip": getattr(happened.event, "number", ""),
        "due": f"{limit.astimezone(working_calendar().zone):%Y-%m-%d %H:%M}" if limit else "",
        "reminder": REMINDERS[mark.what] if mark else "",
        "link": f"{settings.SHOUWEN_BASE_URL}{page}",
    }


def _enqueue_for_staff(
    happened: Happened, code: str, way: str, address: str, values: dict[str, str], who: object
) -> None:
    words = texts.standing(code, texts.FORM_OF_WAY[way], "zh")
    ready = texts.filled(words, {name: values[name] for name in texts.templates()[code].names})
    outbox.enqueue(
        dedupe_key=happened.key(code, way, who),
        code=code,
        way=way,
        language="zh",
        words=Envelope(address=address, text=ready.body, subject=ready.subject, number=happened.complaint.number),
        now=happened.now,
        complaint_id=happened.complaint.id,
        seq=happened.seq,
    )


# --- The bank's other systems ------------------------------------------------------------------------------------------


def _tell_systems(happened: Happened) -> None:
    """One notice to each webhook: which complaint, when, and what kind of event; of a secret complaint not even that."""
    if not ADAPTERS["webhook"].configured():
        return
    complaint = happened.complaint
    notice = {"number": complaint.number, "version": happened.seq, "at": happened.event.at.isoformat()}
    if not complaint.secret:
        notice |= {"event": happened.kind, "stage": str(complaint.stage)}
    for url in settings.SHOUWEN_WEBHOOK_URLS:
        outbox.enqueue(
            dedupe_key=happened.key("webhook", outbox.fingerprint(url)),
            code=f"webhook_{'secret' if complaint.secret else happened.kind}",
            way="webhook",
            language="",
            words=Envelope(address=url, text=json.dumps(notice), number=complaint.number),
            now=happened.now,
            complaint_id=complaint.id,
            seq=happened.seq,
        )
