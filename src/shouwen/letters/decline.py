"""不予受理告知书: why the bank does not take the matter on, and how the customer can go on (mission A2)."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from shouwen.core.complaint.receiving import Declined
from shouwen.core.policy_terms import LetterKind
from shouwen.core.text import Text
from shouwen.letters.paper import Paper, Table, across, into, pair, prose, said_day
from shouwen.letters.record import Record
from shouwen.letters.reply import further, greeting, required


class Decline(msgspec.Struct, frozen=True, kw_only=True):
    """不予受理告知书; moments in UTC. The ground, the way on and what is `required` are the pack's words, the reason is the clerk's."""

    letterhead: str
    complaint: str
    zone: ZoneInfo
    kind: Text
    received_at: datetime
    addressee: str
    title: str
    ground: Text
    reason: str
    way_on: Text
    person: str
    phone: str
    at: datetime
    required: tuple[Text, ...] = ()


def decline(record: Record) -> Decline | None:
    """None for a complaint that was not declined."""
    declined = record.first(Declined)
    if declined is None:
        return None
    place, event = declined
    then = record.as_of(place)
    ground = record.policy.decline_ground(event.ground)
    person = record.person(event.by)
    return Decline(
        letterhead=record.letterhead(then.receiving_unit),
        complaint=then.number,
        zone=record.policy.zone,
        kind=record.policy.kind(then.kind).title,
        received_at=then.received_at,
        addressee=record.addressee(),
        title=record.to_customer(then.title),
        ground=ground.title,
        reason=record.to_customer(event.reason),
        way_on=ground.way_on,
        person=person.name,
        phone=person.phone,
        at=event.at,
        required=required(record.policy, LetterKind.DECLINE),
    )


def paper(decline: Decline, language: str) -> Paper:
    received = said_day(decline.received_at.astimezone(decline.zone).date(), language)
    opening = into(
        language,
        f"您于{received}向本行提出的{decline.kind.zh}（编号：{decline.complaint}）收悉。经审核，本行对该事项不予受理，现将理由和后续办法告知如下：",
        f"We received your {decline.kind.en.lower()} {decline.complaint} on {received}. Having examined "
        "it, we cannot take it on. The reason, and how you can go on, are these:",
    )
    rows = (
        across(into(language, "事项", "Matter"), decline.title),
        across(into(language, "不予受理的理由", "Ground"), decline.ground.into(language)),
        across(into(language, "具体说明", "Explanation"), decline.reason),
        across(into(language, "您可以这样继续", "How you can go on"), decline.way_on.into(language)),
        pair(
            into(language, "联系人", "Contact"),
            decline.person or "—",
            into(language, "联系电话", "Phone"),
            decline.phone or "—",
        ),
    )
    closing = into(
        language,
        "如您对本告知有疑问，请与上述联系人联系。感谢您的理解与支持。",
        "If anything in this notice is unclear, please call the contact named above.",
    )
    return Paper(
        language=language,
        letterhead=decline.letterhead,
        title=into(language, "客户投诉不予受理告知书", "Notice that we do not take on your complaint"),
        number=decline.complaint,
        file_name=f"{decline.complaint}-notice",
        greeting=greeting(decline.addressee, language),
        parts=(prose(opening), Table(rows), prose(closing), *further(decline.required, language)),
        seal=(
            decline.letterhead,
            into(language, "（盖章）", "(seal)"),
            said_day(decline.at.astimezone(decline.zone).date(), language),
        ),
        dated=decline.at,
        zone=str(decline.zone),
    )
