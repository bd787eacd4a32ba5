"""投诉办理情况回复单: the answer to the superior bank or the authority that sent the complaint, by the six elements (mission A8, B6)."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from shouwen.core.complaint import Stage
from shouwen.core.complaint.answering import SuperiorAnswered
from shouwen.core.complaint.dispute import in_words
from shouwen.core.policy import Policy
from shouwen.core.policy_terms import ElementCode
from shouwen.core.reply import FIELD_TITLES, SixElements
from shouwen.core.text import Text
from shouwen.letters.paper import Paper, Table, across, pair, prose, said, said_day
from shouwen.letters.record import Record

ZH = "zh"
CHECKED = frozenset({Stage.CHECKED, Stage.REPLIED, Stage.CLOSED})
SUPERIOR_BANK = "superior_bank"


class Superior(msgspec.Struct, frozen=True, kw_only=True):
    """回复单, sent or still a draft (no number). Moments in UTC; `document_date` is the day that the body's slip gives.

    The body sent the customer's data itself, so the words stand in clear where the reader's duty needs them.
    """

    letterhead: str
    number: str
    complaint: str
    zone: ZoneInfo
    policy: Policy
    body: str
    is_superior_bank: bool
    document_number: str
    document_date: str
    received_at: datetime
    asked_by: datetime | None
    customer: str
    title: str
    liability: Text
    elements: SixElements
    replied_at: datetime | None
    method: Text | None
    unit: str
    checked_by: str
    remark: str
    dated: datetime
    dispute: str = ""

    @property
    def is_draft(self) -> bool:
        return not self.number


def superior(record: Record) -> Superior | None:
    """None for a complaint that no body sent, and before its answer is checked."""
    complaint = record.complaint
    if not record.policy.channel(complaint.channel).answers_body:
        return None
    answered = record.first(SuperiorAnswered)
    then = record.as_of(answered[0]) if answered else complaint
    if then.draft is None or (answered is None and complaint.stage not in CHECKED):
        return None
    facts, clock, elements = then.channel_facts, then.clock("superior"), then.draft.elements
    shown = msgspec.structs.replace(
        elements,
        **{
            field: record.to_customer(text)
            for field in elements.__struct_fields__
            if isinstance(text := getattr(elements, field), str)
        },
    )
    return Superior(
        letterhead=record.letterhead(then.receiving_unit),
        number=answered[1].slip if answered else "",
        complaint=then.number,
        zone=record.policy.zone,
        policy=record.policy,
        body=str(facts.get("body", "")),
        is_superior_bank=facts.get("body_kind") == SUPERIOR_BANK,
        document_number=str(facts.get("document_number", "")),
        document_date=str(facts.get("document_date", "")),
        received_at=then.received_at,
        asked_by=clock.limit.at if clock else None,
        customer=record.addressee() or "—",
        title=record.to_customer(then.title),
        liability=record.policy.liability(then.findings.liability).title if then.findings else Text("—"),
        elements=shown,
        replied_at=then.replied_at,
        method=record.policy.reply_method(then.reply_method).title if then.reply_method else None,
        unit=record.unit_name(then.handling_unit),
        checked_by=record.person(then.checked_by).name,
        remark=record.to_customer(answered[1].remark) if answered else "",
        dated=answered[1].at if answered else then.draft.at,
        dispute=record.to_customer(in_words(then.dispute)) if then.dispute else "",
    )


def paper(slip: Superior) -> Paper:
    """The sheet, in Chinese as all letters between authorities are."""
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
    rows = (
        pair("来文文号", slip.document_number or "—", "来文日期", _day(slip.document_date)),
        pair("本行编号", slip.complaint, "收到时间", said(slip.received_at, slip.zone, ZH)),
        pair("投诉人", slip.customer, "要求答复时间", said(slip.asked_by, slip.zone, ZH) if slip.asked_by else "—"),
        across("投诉事项", slip.title),
        pair("责任认定", slip.liability.zh, "答复客户", _told(slip)),
        *(
            across(f"{place}.{element.title.zh}", texts[element.code], tall=element.code is ElementCode.FACTS)
            for place, element in enumerate(slip.policy.six_elements, 1)
        ),
        *([across("经济纠纷", slip.dispute)] if slip.dispute else []),
        pair("承办单位", slip.unit, "复核人", slip.checked_by or "—"),
        *([across("备注", slip.remark)] if slip.remark else []),
    )
    return Paper(
        language=ZH,
        letterhead=slip.letterhead,
        title="投诉办理情况回复单",
        number=slip.number,
        file_name=slip.number or f"{slip.complaint}-H-draft",
        draft="草稿" if slip.is_draft else "",
        greeting=f"{slip.body}：",
        parts=(prose(_opening(slip)), Table(rows, label_mm=34), prose(_closing(slip))),
        signs=(f"经办人：{elements.handler or '—'}", f"联系电话：{elements.phone or '—'}"),
        seal=(
            (slip.letterhead,)
            if slip.is_draft
            else (slip.letterhead, "（盖章）", said_day(slip.dated.astimezone(slip.zone).date(), ZH))
        ),
        dated=slip.dated,
        zone=str(slip.zone),
    )


def _opening(slip: Superior) -> str:
    whose = "贵行" if slip.is_superior_bank else "贵单位"
    document = f"（{slip.document_number}）" if slip.document_number else ""
    return f"{whose}转来的客户投诉{document}收悉，现将办理情况{'报告' if slip.is_superior_bank else '函复'}如下："


def _closing(slip: Superior) -> str:
    return "特此报告。" if slip.is_superior_bank else "特此函复。如需进一步了解情况，请与经办人联系。"


def _day(text: str) -> str:
    return said_day(datetime.fromisoformat(text).date(), ZH) if text else "—"


def _told(slip: Superior) -> str:
    if slip.replied_at is None or slip.method is None:
        return "尚未回复"
    return f"{said(slip.replied_at, slip.zone, ZH)}\n{slip.method.zh}"
