"""客户投诉转办单: what the unit complained about signs for (mission A8, slide 18). In Chinese, and without the customer's identity."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from shouwen.core.complaint import Event
from shouwen.core.complaint.routing import Dispatched, SentBack, SignedFor, TakenBack
from shouwen.core.text import Text
from shouwen.letters.paper import Paper, Row, Table, across, pair, said, said_day
from shouwen.letters.record import Complainant, Record, class_title

ZH = "zh"
CHINESE_NUMBERS = "一二三四五六七八九十"


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """转办单 as it was made out; moments in UTC. What was signed or returned since stands at its foot."""

    letterhead: str
    number: str
    complaint: str
    zone: ZoneInfo
    channel: Text
    kind: Text
    class_: Text
    secret: bool
    received_at: datetime
    complainant: Complainant
    from_body: str = ""
    unit_about: str
    employee_about: str
    to_unit: str
    sign_by: datetime
    reply_by: datetime | None
    reply_target: datetime | None
    title: str
    statement: str
    wish: str
    instruction: str
    required: tuple[Text, ...]
    by: str
    phone: str
    at: datetime
    signed_by: str = ""
    signed_at: datetime | None = None
    returned_at: datetime | None = None


def slip(record: Record, n: int) -> Slip | None:
    """The n-th slip of the complaint; none when it was not dispatched so often."""
    made = next(((place, event) for place, event in record.each(Dispatched) if event.slip.endswith(f"-Z{n}")), None)
    if made is None:
        return None
    place, event = made
    then = record.as_of(place)
    by = record.person(event.by)
    clock = then.clock("reply")
    answer = _answer(record.events[place + 1 :])
    return Slip(
        letterhead=record.letterhead(by.unit_id or then.receiving_unit),
        number=event.slip,
        complaint=then.number,
        zone=record.policy.zone,
        channel=record.policy.channel(then.channel).title,
        kind=record.policy.kind(then.kind).title,
        class_=class_title(then, record.policy),
        secret=then.secret,
        received_at=then.received_at,
        complainant=record.masked(),
        from_body=_from_body(then.channel_facts),
        unit_about=record.unit_name(then.unit_about),
        employee_about=record.person(then.employee_about).name,
        to_unit=record.unit_name(event.offer.unit),
        sign_by=event.offer.sign_by.limit.at,
        reply_by=clock.limit.at if clock else None,
        reply_target=clock.target.at if clock and clock.target else None,
        title=then.title,
        statement=then.statement,
        wish=then.wish,
        instruction=event.instruction,
        required=tuple(element.title for element in record.policy.six_elements),
        by=by.name,
        phone=by.phone,
        at=event.at,
        signed_by=record.person(answer.responsible).name if isinstance(answer, SignedFor) else "",
        signed_at=answer.at if isinstance(answer, SignedFor) else None,
        returned_at=answer.at if isinstance(answer, SentBack | TakenBack) else None,
    )


def _from_body(facts: dict[str, object]) -> str:
    """转来单位 with its document number, of a complaint that another body sent (mission B6)."""
    return " ".join(str(facts[code]) for code in ("body", "document_number") if facts.get(code))


def _answer(later: tuple[Event, ...]) -> Event | None:
    """What became of the slip: signed for, sent back or taken back, whichever came first."""
    return next((event for event in later if isinstance(event, SignedFor | SentBack | TakenBack | Dispatched)), None)


def paper(slip: Slip) -> Paper:
    def at(moment: datetime | None) -> str:
        return said(moment, slip.zone, ZH) if moment else "—"

    rows = [
        pair("投诉编号", slip.complaint, "受理渠道", slip.channel.zh),
        pair("类别", slip.kind.zh, "投诉分类", slip.class_.zh),
        pair("投诉人", slip.complainant.name.zh, "联系方式", slip.complainant.contact.zh),
        pair("接到时间", at(slip.received_at), "转办时间", at(slip.at)),
        pair("被投诉单位", slip.unit_about or slip.to_unit, "被投诉人", slip.employee_about or "—"),
        pair("承办单位", slip.to_unit, "签收时限", at(slip.sign_by)),
        across("回复时限", _reply_limit(slip)),
        *([across("转来单位", slip.from_body)] if slip.from_body else []),
        *(
            [across("保密要求", "知悉范围限于办理人员，不得扩散，不得向被投诉人透露投诉人信息。")]
            if slip.secret
            else []
        ),
        across("标题", slip.title),
        across("投诉内容", slip.statement, tall=True),
        *([across("客户诉求", slip.wish)] if slip.wish else []),
        across("转办意见", slip.instruction or "请核实情况，按六要素回复客户并报送。"),
        _required(slip),
    ]
    return Paper(
        language=ZH,
        letterhead=slip.letterhead,
        title="客户投诉转办单",
        number=slip.number,
        file_name=slip.number,
        parts=(Table(tuple(rows)),),
        signs=(f"转办人：{slip.by}", f"联系电话：{slip.phone}", *_foot(slip)),
        seal=("（转办单位盖章）", said_day(slip.at.astimezone(slip.zone).date(), ZH)),
        dated=slip.at,
        zone=str(slip.zone),
    )


def _reply_limit(slip: Slip) -> str:
    if slip.reply_by is None:
        return "—"
    limit = f"{said(slip.reply_by, slip.zone, ZH)}前回复客户和转办单位"
    return f"{limit}（力争 {said(slip.reply_target, slip.zone, ZH)}前）" if slip.reply_target else limit


def _required(slip: Slip) -> Row:
    numbered = (f"{CHINESE_NUMBERS[place]}、{title.zh}" for place, title in enumerate(slip.required))
    return across("回复要求（六要素）", "；".join(numbered) + "。")


def _foot(slip: Slip) -> tuple[str, ...]:
    if slip.signed_at:
        return (f"签收人：{slip.signed_by}", f"签收时间：{said(slip.signed_at, slip.zone, ZH)}")
    if slip.returned_at:
        return (f"本单已退回：{said(slip.returned_at, slip.zone, ZH)}",)
    return ("签收人：", "签收时间：　　　　年　　月　　日　　时")
