"""投诉页的各部分: what the page says of a complaint, part by part, made ready for the reader's eyes (masked, in the reader's language)."""

from collections.abc import Iterable
from typing import Any

import msgspec
from django.utils import timezone
from django.utils.translation import get_language

from shouwen.casework import queries
from shouwen.casework.timeline import Moment
from shouwen.casework.vault import DETAIL_TITLES, Vault
from shouwen.core import masking
from shouwen.core.complaint import Complaint
from shouwen.core.complaint.answering import ReplyReturned
from shouwen.core.complaint.routing import SentBack
from shouwen.core.complaint.signing import SignatureRefused
from shouwen.core.people import Actor
from shouwen.core.policy import Policy
from shouwen.core.text import Text
from shouwen.desk.case import story
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.letters.paper import Paper
from shouwen.letters.record import Record
from shouwen.letters.reply import letter, reply
from shouwen.organisation.directory import directory

RETURNS = (SentBack, ReplyReturned, SignatureRefused)
OUTCOME = Text("纠纷结果", "Outcome")
MASKS = {
    "name": masking.mask_name,
    "phone": masking.mask_phone,
    "email": masking.mask_email,
    "id_number": masking.mask_identity,
    "card_number": masking.mask_card,
}


def returned(complaint: Complaint, moments: list[Moment], read: story.Reading) -> dict[str, Any] | None:
    """退回: who sent it back last and why, while it still lies there."""
    if not complaint.sent_back:
        return None
    back = next((each for each in reversed(moments) if isinstance(each.event, RETURNS)), None)
    if back is None:  # further back than this page shows
        return None
    reason = back.event.reason if isinstance(back.event, SentBack) else back.event.opinion  # type: ignore[attr-defined]
    return {"title": back.title, "by": back.by, "at": back.at, "reason": read(reason)}


def draft_paper(complaint: Complaint) -> Paper | None:
    """回复函 as the customer will have it, for whoever checks it; personal data are masked here."""
    found = reply(Record.read(complaint, clear=False), complaint.replies + 1)
    return letter(found, "zh") if found else None


def customer_data(vault: Vault, *, clear: bool, hides_name: bool) -> list[tuple[Text, str]]:
    """投诉人信息, masked unless just revealed. Of one who wants to stay anonymous not even the surname is shown."""
    masks = MASKS | ({"name": _hidden} if hides_name else {})
    details = msgspec.structs.asdict(vault.details)
    return [
        (DETAIL_TITLES[field], value if clear else masks.get(field, _hidden)(value))
        for field, value in details.items()
        if value.strip()
    ]


def _hidden(value: str) -> str:
    return "＊＊＊"


def channel_facts(complaint: Complaint, policy: Policy, read: story.Reading) -> list[tuple[Text, str]]:
    declared = {fact.code: fact for fact in policy.channel(complaint.channel).facts}
    lines = []
    for code, value in complaint.channel_facts.items():
        fact = declared.get(code)
        choice = next((each.title for each in fact.choices if each.code == value), None) if fact else None
        title = fact.title if fact else Text(code, code)
        lines.append((title, in_reader_language(choice) if choice else read(str(value))))
    return lines


def press(complaint: Complaint) -> dict[str, Any]:
    """媒体: who speaks, and when leaders were told."""
    return {"spokesperson": person_name(complaint.spokesperson), "told_at": complaint.leaders_told_at}


def others(actor: Actor, numbers: Iterable[str]) -> list[dict[str, Any]]:
    """重复登记、群体成员 beside this complaint, each in its customer's own words; those that this person may not see are not there."""
    language = get_language() or "zh-hans"
    found = [queries.find(actor, number) for number in numbers]
    return [
        {
            "number": other.number,
            "title": masking.worded(other.title, language),
            "statement": masking.worded(other.statement, language),
            "wish": masking.worded(other.wish, language),
            "received_at": other.received_at,
            "stage": other.stage.label,
            "answered": other.replied_at is not None or not other.is_open,
            "files": len(other.attachments),
        }
        for other in found
        if other is not None
    ]


def dispute(complaint: Complaint, policy: Policy, read: story.Reading) -> list[tuple[Text, str]]:
    """经济纠纷 as it stands, line by line; nothing where there is none."""
    if complaint.dispute is None:
        return []
    outcome = policy.dispute_outcome(complaint.dispute_outcome).title if complaint.dispute_outcome else None
    lines = story.dispute_lines(complaint.dispute, read)
    return [*lines, (OUTCOME, in_reader_language(outcome))] if outcome else lines


def marks(complaint: Complaint, *, is_repeat: bool) -> list[str]:
    """标记 beside the title, as the lists show them."""
    shown = {
        "repeat": is_repeat,
        "dispute": complaint.dispute is not None,
        "duplicate": bool(complaint.merged_into),
        "group": bool(complaint.group_of or complaint.members),
        "secrecy": complaint.secret,
        "anonymous": complaint.anonymous,
        "media": complaint.channel == "media",
        "reopened": bool(complaint.reopened),
        "returned": complaint.sent_back,
        "supervised": complaint.slip is not None,
        "news": complaint.news_at is not None,
        "review": complaint.review_asked_at is not None,
        "suspended": complaint.pause is not None,
        "extended": any(clock.stopped is None and clock.limit.extended for clock in complaint.clocks),
        "up": complaint.alarm == "escalated",
    }
    return [mark for mark, is_so in shown.items() if is_so]


def unit_names(complaint: Complaint) -> dict[str, str]:
    """受理、承办、被投诉单位 by name."""
    return {
        "receiving": unit_name(complaint.receiving_unit),
        "handling": unit_name(complaint.handling_unit),
        "about": unit_name(complaint.unit_about),
    }


def unit_name(unit_id: int | None) -> str:
    unit = directory().unit(unit_id) if unit_id is not None else None
    return unit.name if unit else ""


def person_name(person_id: int | None) -> str:
    person = directory().person(person_id) if person_id is not None else None
    return person.name if person else ""


def slips(complaint: Complaint, read: story.Reading) -> list[dict[str, Any]]:
    """督办单, the newest first: what was asked, how it stands, and its two papers."""
    people = directory()
    return [
        {
            "n": n,
            "slip": slip,
            "asks": read(slip.asks),
            "remark": read(slip.remark),
            "unit": unit_name(slip.unit),
            "by": person.name if slip.by is not None and (person := people.person(slip.by)) else "",
            "late": slip.late or (slip.is_unanswered and slip.due_at < timezone.now()),
        }
        for n, slip in reversed(list(enumerate(complaint.supervision, 1)))
    ]


def letters(complaint: Complaint) -> dict[str, Any]:
    """Which letters exist: slips and replies by their place, the receipt and the notice by their stage."""
    return {
        "slips": range(1, complaint.slips + 1),
        "replies": range(1, complaint.replies + 1),
        "draft": complaint.replies + 1 if complaint.stage in ("reply_drafted", "checked") else 0,
        "receipt": complaint.stage not in ("registered", "declined", "withdrawn") and not complaint.decline_ground,
        "decline": bool(complaint.decline_ground),
        "superior": complaint.superior_replied_at is not None
        or (complaint.channel == "transfer" and complaint.stage in ("checked", "replied", "closed")),
    }
