"""受理回执: what the customer takes home: the number, the code to ask with, and what happens next by when (mission A3)."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from shouwen.core.complaint.receiving import Accepted
from shouwen.core.text import Text
from shouwen.core.timelimits import DueMoment, TimeLimit, explain
from shouwen.letters.paper import Paper, Table, across, into, pair, prose, said, said_day
from shouwen.letters.record import Record
from shouwen.letters.reply import greeting

HIDDEN_CODE = "••••-••••-••••"
GROUP = 4


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """受理回执 as of the acceptance; moments in UTC. `tracking` is hidden from all but those who hand it to the customer."""

    letterhead: str
    complaint: str
    zone: ZoneInfo
    kind: Text
    channel: Text
    received_at: datetime
    accepted_at: datetime
    addressee: str
    reachable: bool
    tracking: str
    unit: str
    person: str
    phone: str
    title: str
    sign_limit: TimeLimit
    reply_by: DueMoment | None
    reply_target: datetime | None


def receipt(record: Record) -> Receipt | None:
    """None for a complaint that was not accepted."""
    accepted = record.first(Accepted)
    if accepted is None:
        return None
    place, event = accepted
    then = record.as_of(place)
    person = record.person(then.responsible)
    clock = then.clock("reply")
    return Receipt(
        letterhead=record.letterhead(then.receiving_unit),
        complaint=then.number,
        zone=record.policy.zone,
        kind=record.policy.kind(then.kind).title,
        channel=record.policy.channel(then.channel).title,
        received_at=then.received_at,
        accepted_at=event.at,
        addressee=record.addressee(),
        reachable=bool(then.contact_given) and not then.anonymous,
        tracking=_grouped(record.vault.tracking) if record.clear and record.with_code else HIDDEN_CODE,
        unit=record.unit_name(person.unit_id or then.receiving_unit),
        person=person.name,
        phone=person.phone,
        title=record.to_customer(then.title),
        sign_limit=record.policy.time_limit(record.policy.signing.time_limit),
        reply_by=clock.limit if clock else None,
        reply_target=clock.target.at if clock and clock.target else None,
    )


def _grouped(code: str) -> str:
    """In groups of four, as people read a code to each other."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def paper(receipt: Receipt, language: str) -> Paper:
    received = said(receipt.received_at, receipt.zone, language)
    opening = into(
        language,
        f"您于{received}向本行提出的{receipt.kind.zh}，本行已受理。请妥善保存本回执，凭投诉编号和查询码查询办理进展。",
        f"We have accepted the {receipt.kind.en.lower()} that you made on {received}. Please keep this "
        "receipt: with the number and the tracking code you can ask how it stands.",
    )
    return Paper(
        language=language,
        letterhead=receipt.letterhead,
        title=into(language, "客户投诉受理回执", "Receipt for your complaint"),
        number=receipt.complaint,
        file_name=f"{receipt.complaint}-receipt",
        greeting=greeting(receipt.addressee, language),
        parts=(prose(opening), _facts(receipt, language), _next(receipt, language), prose(_promise(receipt, language))),
        seal=(
            receipt.letterhead,
            into(language, "（盖章）", "(seal)"),
            said_day(receipt.accepted_at.astimezone(receipt.zone).date(), language),
        ),
        dated=receipt.accepted_at,
        zone=str(receipt.zone),
    )


def _facts(receipt: Receipt, language: str) -> Table:
    return Table(
        (
            pair(
                into(language, "投诉编号", "Number"),
                receipt.complaint,
                into(language, "查询码", "Tracking code"),
                receipt.tracking,
            ),
            pair(
                into(language, "受理渠道", "Channel"),
                receipt.channel.into(language),
                into(language, "受理时间", "Accepted"),
                said(receipt.accepted_at, receipt.zone, language),
            ),
            pair(
                into(language, "首问责任人", "First asked"),
                receipt.person,
                into(language, "联系电话", "Phone"),
                receipt.phone or "—",
            ),
            across(into(language, "受理单位", "Unit"), receipt.unit),
            across(into(language, "事项", "Matter"), receipt.title),
        )
    )


def _next(receipt: Receipt, language: str) -> Table:
    """接下来: each step, and by when. Numbers come from the pack and from the clocks that run."""
    limit = receipt.sign_limit
    unit = into(language, "个工作日" if limit.unit == "working_days" else "日", _counted(limit))
    signed = into(language, f"转办后{limit.days}{unit}内", f"Within {unit} of the transfer")
    answered = into(language, "按规定时限", "Within the limit of the rules")
    if receipt.reply_by:
        at = said(receipt.reply_by.at, receipt.zone, language)
        answered = into(language, f"最迟{at}前", f"By {at} at the latest")
        if receipt.reply_target:
            target = said(receipt.reply_target, receipt.zone, language)
            answered = into(
                language, f"力争{target}前；{answered}", f"We aim at {target}; {answered[0].lower()}{answered[1:]}"
            )
    how = into(
        language,
        "调查后答复您" if receipt.reachable else "调查后作出答复，您可凭查询码查看",
        "We investigate and answer you"
        if receipt.reachable
        else "We investigate; you see the answer with the tracking code",
    )
    reason = (
        (
            across(
                into(language, "时限说明", "Why this date"),
                explain(receipt.reply_by, receipt.zone).into("en" if language.startswith("en") else "zh"),
            ),
        )
        if receipt.reply_by
        else ()
    )
    return Table(
        (
            across(
                signed,
                into(
                    language,
                    "承办单位签收，明确责任人；签收前由首问责任人负责",
                    "The unit concerned signs for it and names who is responsible; until then the person first asked is",
                ),
            ),
            across(answered, how),
            *reason,
        ),
        into(language, "接下来的办理安排", "What happens next, and by when"),
        label_mm=50,
    )


def _counted(limit: TimeLimit) -> str:
    noun = "working day" if limit.unit == "working_days" else "day"
    return f"{limit.days} {noun}{'' if limit.days == 1 else 's'}"


def _promise(receipt: Receipt, language: str) -> str:
    phone = receipt.phone
    return into(
        language,
        f"如到期未收到答复，或您有补充情况，请致电{phone}，或凭本回执到本行任一网点提出。"
        if phone
        else "如到期未收到答复，或您有补充情况，请凭本回执到本行任一网点提出。",
        f"If you have no answer by then, or something to add, please call {phone} or bring this receipt to any of our branches."
        if phone
        else "If you have no answer by then, or something to add, please bring this receipt to any of our branches.",
    )
