"""督办单 and 督办回复单: what a supervisor asks of the unit, and its answer by the six elements (mission A8, slide 18).

Both stay in the bank: in Chinese, and without the customer's identity.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from shouwen.core.complaint.supervising import AnswerAccepted, SlipAnswered, SlipIssued, SlipReturned
from shouwen.core.policy import Policy
from shouwen.core.policy_terms import ElementCode
from shouwen.core.reply import FIELD_TITLES, SixElements
from shouwen.core.text import Text
from shouwen.letters.paper import Paper, Row, Table, across, pair, said, said_day
from shouwen.letters.record import Complainant, Record, class_title

ZH = "zh"
CHINESE_NUMBERS = "一二三四五六七八九十"


class SupervisionSlip(msgspec.Struct, frozen=True, kw_only=True):
    """督办单 as it was issued, with what came of it since; moments in UTC. `answer_by` is the day that stands now."""

    letterhead: str
    number: str
    complaint: str
    zone: ZoneInfo
    policy: Policy
    channel: Text
    class_: Text
    secret: bool
    received_at: datetime
    stage: Text
    complainant: Complainant
    to_unit: str
    responsible: str
    answer_by: datetime
    title: str
    statement: str
    asks: str
    by: str
    phone: str
    at: datetime
    returned: str
    elements: SixElements | None = None
    answered_at: datetime | None = None
    answered_by: str = ""
    answering_letterhead: str = ""
    accepted_at: datetime | None = None
    accepted_by: str = ""


def slip(record: Record, n: int) -> SupervisionSlip | None:
    """The n-th supervision slip of the complaint, none when there were not so many."""
    issued = next(((place, event) for place, event in record.each(SlipIssued) if event.number.endswith(f"-D{n}")), None)
    if issued is None:
        return None
    place, event = issued
    then = record.as_of(place)
    by = record.person(event.by)
    number = event.number
    returned = [each for _, each in record.each(SlipReturned) if each.number == number]
    answer = next((each for _, each in reversed(list(record.each(SlipAnswered))) if each.number == number), None)
    accepted = next((each for _, each in record.each(AnswerAccepted) if each.number == number), None)
    answerer = record.person(answer.by if answer else None)
    return SupervisionSlip(
        letterhead=record.letterhead(by.unit_id or then.receiving_unit),
        number=number,
        complaint=then.number,
        zone=record.policy.zone,
        policy=record.policy,
        channel=record.policy.channel(then.channel).title,
        class_=class_title(then, record.policy),
        secret=then.secret,
        received_at=then.received_at,
        stage=then.stage.label,
        complainant=record.masked(),
        to_unit=record.unit_name(event.unit),
        responsible=record.person(then.responsible).name,
        answer_by=(returned[-1] if returned else event).clock.limit.at,
        title=then.title,
        statement=then.statement,
        asks=event.asks,
        by=by.name,
        phone=by.phone,
        at=event.at,
        returned=returned[-1].reason if returned else "",
        elements=answer.elements if answer else None,
        answered_at=answer.at if answer else None,
        answered_by=answerer.name,
        answering_letterhead=record.letterhead(answerer.unit_id or event.unit),
        accepted_at=accepted.at if accepted else None,
        accepted_by=record.person(accepted.by).name if accepted else "",
    )


def paper(slip: SupervisionSlip) -> Paper:
    """客户投诉督办单."""
    required = "；".join(f"{CHINESE_NUMBERS[place]}、{e.title.zh}" for place, e in enumerate(slip.policy.six_elements))
    rows: list[Row] = [
        pair("投诉编号", slip.complaint, "受理渠道", slip.channel.zh),
        pair("投诉分类", slip.class_.zh, "办理阶段", slip.stage.zh),
        pair("投诉人", slip.complainant.name.zh, "接到时间", said(slip.received_at, slip.zone, ZH)),
        pair("承办单位", slip.to_unit, "责任人", slip.responsible or "—"),
        pair("督办时间", said(slip.at, slip.zone, ZH), "答复时限", said(slip.answer_by, slip.zone, ZH)),
        *([across("保密要求", "知悉范围限于办理人员，不得扩散。")] if slip.secret else []),
        across("标题", slip.title),
        across("投诉内容", slip.statement, tall=True),
        across("督办要求", slip.asks, tall=True),
        *([across("退回重办", slip.returned)] if slip.returned else []),
        across("答复要求（六要素）", f"{required}。"),
    ]
    return Paper(
        language=ZH,
        letterhead=slip.letterhead,
        title="客户投诉督办单",
        number=slip.number,
        file_name=slip.number,
        parts=(Table(tuple(rows)),),
        signs=(f"督办人：{slip.by}", f"联系电话：{slip.phone}", "签收人：", "签收时间：　　　　年　　月　　日　　时"),
        seal=("（督办单位盖章）", said_day(slip.at.astimezone(slip.zone).date(), ZH)),
        dated=slip.at,
        zone=str(slip.zone),
    )


def answer(slip: SupervisionSlip) -> Paper | None:
    """客户投诉督办回复单; none before the unit has answered."""
    if slip.elements is None or slip.answered_at is None:
        return None
    elements = slip.elements
    verdict = slip.policy.verdict(elements.satisfaction).title.zh
    texts = {
        ElementCode.FACTS: elements.facts,
        ElementCode.RESPONSIBILITY: elements.responsibility,
        ElementCode.LESSON_AND_MEASURE: f"{FIELD_TITLES['lesson'].zh}：{elements.lesson}\n"
        f"{FIELD_TITLES['measure'].zh}：{elements.measure}",
        ElementCode.SATISFACTION: f"{verdict}\n{elements.satisfaction_remark}",
        ElementCode.HANDLED_AT: said(elements.handled_at, slip.zone, ZH) if elements.handled_at else "—",
        ElementCode.HANDLER_AND_PHONE: f"{elements.handler}　{elements.phone}",
    }
    accepted = f"{said(slip.accepted_at, slip.zone, ZH)}　{slip.accepted_by}" if slip.accepted_at else ""
    rows: list[Row] = [
        pair("投诉编号", slip.complaint, "督办单编号", slip.number),
        pair("承办单位", slip.to_unit, "答复时间", said(slip.answered_at, slip.zone, ZH)),
        across("督办要求", slip.asks),
        *(
            across(f"{place}.{element.title.zh}", texts[element.code], tall=element.code is ElementCode.FACTS)
            for place, element in enumerate(slip.policy.six_elements, 1)
        ),
        across("督办单位意见", f"认可。{accepted}" if accepted else "　"),
    ]
    return Paper(
        language=ZH,
        letterhead=slip.answering_letterhead,
        title="客户投诉督办回复单",
        number=slip.number,
        file_name=f"{slip.number}-answer",
        parts=(Table(tuple(rows), label_mm=34),),
        signs=(f"经办人：{elements.handler}", f"报送人：{slip.answered_by}"),
        seal=("（承办单位盖章）", said_day(slip.answered_at.astimezone(slip.zone).date(), ZH)),
        dated=slip.answered_at,
        zone=str(slip.zone),
    )
