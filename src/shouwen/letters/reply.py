"""客户投诉回复函: the answer as the customer has it, and 六要素回复: the same answer as the transferring department has it (mission A8)."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from shouwen.core.complaint import Complaint, Stage
from shouwen.core.complaint.answering import Replied
from shouwen.core.complaint.dispute import in_words
from shouwen.core.complaint.routing import Dispatched
from shouwen.core.complaint.state import Draft, Satisfaction
from shouwen.core.policy import Policy
from shouwen.core.policy_terms import ElementCode, LetterKind
from shouwen.core.reply import FIELD_TITLES
from shouwen.core.text import Text
from shouwen.letters.paper import Paper, Prose, Row, Table, across, into, lines, pair, prose, said, said_day
from shouwen.letters.record import Complainant, Record

DRAFTED = frozenset({Stage.REPLY_DRAFTED, Stage.CHECKED})
SALUTATION = re.compile(
    r"\s*(?:(?:尊敬的|敬爱的|亲爱的)[^：:，,。！!？?；;]{0,20}(?:[：:]|[，,]?\s*(?:您好[！!。，,：:]?)?\s*$)"
    r"|您好[！!。，,：:]?\s*$|Dear\s[^,:.!?]{1,60}[,:]?\s*$)\s*"
)
"""称呼: a whole line, or what stands before the colon; what follows the colon is part of the answer and is kept."""

ZH = "zh"


FIRM = re.compile("(公司|厂|店|中心|学校|医院|合作社|委员会)$")
"""A customer that is a firm is neither Mr nor Ms."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """回复, sent or still a draft (`sent_at` is none and it has no number). Moments in UTC.

    `letter` and `addressee` are for the customer; `draft` and `complainant` for the bank, with personal data masked. `measured`
    is what the customer said of this reply, once asked.
    """

    letterhead: str
    number: str
    complaint: str
    zone: ZoneInfo
    policy: Policy
    kind: Text
    received_at: datetime
    addressee: str
    letter: str
    draft: Draft
    complainant: Complainant
    slip: str
    unit: str
    liability: Text
    checked_by: str
    method: Text | None
    sent_at: datetime | None
    dated: datetime
    measured: Satisfaction | None = None
    dispute: str = ""

    @property
    def is_draft(self) -> bool:
        return self.sent_at is None


def reply(record: Record, n: int) -> Reply | None:
    """The n-th reply; the one after the last while it is a draft; none else."""
    sent = next(((place, event) for place, event in record.each(Replied) if event.letter.endswith(f"-F{n}")), None)
    if sent is not None:
        return _reply(record, record.as_of(sent[0]), sent[0], sent[1])
    complaint = record.complaint
    if complaint.stage in DRAFTED and n == complaint.replies + 1:
        return _reply(record, complaint, len(record.events), None)
    return None


def _reply(record: Record, then: Complaint, place: int, sent: Replied | None) -> Reply:
    assert then.draft is not None
    slips = [event.slip for at, event in record.each(Dispatched) if at < place]
    return Reply(
        letterhead=record.letterhead(then.handling_unit),
        number=sent.letter if sent else "",
        complaint=then.number,
        zone=record.policy.zone,
        policy=record.policy,
        kind=record.policy.kind(then.kind).title,
        received_at=then.received_at,
        addressee=record.addressee(),
        letter=record.to_customer(then.draft.letter),
        draft=then.draft,
        complainant=record.masked(),
        slip=slips[-1] if slips else "",
        unit=record.unit_name(then.handling_unit),
        liability=record.policy.liability(then.findings.liability).title if then.findings else Text("—"),
        checked_by=record.person(then.checked_by).name,
        method=record.policy.reply_method(sent.method).title if sent else None,
        sent_at=sent.at if sent else None,
        dated=sent.at if sent else then.draft.at,
        dispute=in_words(record.complaint.dispute) if record.complaint.dispute else "",
        measured=record.complaint.satisfaction if sent and then.replies == record.complaint.replies else None,
    )


def greeting(addressee: str, language: str) -> str:
    """称呼. The record does not say whether the customer is a man or a woman, so a Chinese letter names both."""
    if not addressee or FIRM.search(addressee):
        return into(language, f"尊敬的{addressee or '客户'}：", f"Dear {addressee or 'customer'},")
    return into(language, f"尊敬的{addressee}先生/女士：", f"Dear {addressee},")


def letter(reply: Reply, language: str) -> Paper:
    """回复函 to the customer. The words of the answer are the writer's own, in the language they were written in."""
    received = said_day(reply.received_at.astimezone(reply.zone).date(), language)
    opening = into(
        language,
        f"您于{received}向本行提出的{reply.kind.zh}（编号：{reply.complaint}）收悉，感谢您的信任。现答复如下：",
        f"Thank you for your {reply.kind.en.lower()} {reply.complaint}, which we received on {received}. "
        "This is our answer:",
    )
    closing = into(
        language,
        "如您对本答复有疑问或不同意见，请与上述经办人联系，或凭投诉编号再次向本行提出。",
        "If you have a question, or do not agree with this answer, please call the person named above, or write to us again "
        "under the same number.",
    )
    body = lines(reply.letter)
    greeted = SALUTATION.match(body[0]) if body else None
    words = (body[0][greeted.end() :], *body[1:]) if greeted else body
    elements = reply.draft.elements
    contact = Table(
        (
            pair(
                into(language, "经办人", "Handled by"),
                _shown(elements.handler),
                into(language, "联系电话", "Phone"),
                _shown(elements.phone),
            ),
            pair(
                into(language, "承办单位", "Unit"),
                reply.unit,
                into(language, "处理时间", "Handled on"),
                said(elements.handled_at, reply.zone, language) if elements.handled_at else "—",
            ),
        )
    )
    return Paper(
        language=language,
        letterhead=reply.letterhead,
        title=into(language, "客户投诉回复函", "Reply to your complaint"),
        number=reply.number,
        file_name=reply.number or f"{reply.complaint}-draft",
        draft=into(language, "草稿", "DRAFT") if reply.is_draft else "",
        greeting=greeted.group().strip() if greeted and not reply.addressee else greeting(reply.addressee, language),
        parts=(
            prose(opening, *words),
            contact,
            prose(closing),
            *further(required(reply.policy, LetterKind.REPLY), language),
        ),
        seal=_seal(reply, language),
        dated=reply.dated,
        zone=str(reply.zone),
    )


def required(policy: Policy, kind: LetterKind) -> tuple[Text, ...]:
    """函件必备内容: what the rules want every letter of a kind to say, in the pack's words, such as where the customer can turn next."""
    return tuple(content.text for content in policy.letter_contents(kind) if content.text)


def further(texts: tuple[Text, ...], language: str) -> tuple[Prose, ...]:
    """The part of a letter that says them; none where the pack wants nothing."""
    return (prose(*(text.into(language) for text in texts)),) if texts else ()


def _shown(text: str) -> str:
    return text or "—"


def _seal(reply: Reply, language: str) -> tuple[str, ...]:
    if reply.is_draft:
        return (reply.letterhead,)
    day = said_day(reply.dated.astimezone(reply.zone).date(), language)
    return (reply.letterhead, into(language, "（盖章）", "(seal)"), day)


def six_elements(reply: Reply) -> Paper:
    """六要素回复 for the transferring department: stays in the bank, in Chinese, without the customer's identity."""
    elements = reply.draft.elements
    # What the customer said afterwards stands before what the writer expected.
    verdict = reply.policy.verdict(reply.measured.verdict if reply.measured else elements.satisfaction).title.zh
    remark = reply.measured.remark if reply.measured else elements.satisfaction_remark
    texts = {
        ElementCode.FACTS: elements.facts,
        ElementCode.RESPONSIBILITY: elements.responsibility,
        ElementCode.LESSON_AND_MEASURE: f"{FIELD_TITLES['lesson'].zh}：{elements.lesson}\n"
        f"{FIELD_TITLES['measure'].zh}：{elements.measure}",
        ElementCode.SATISFACTION: f"{verdict}\n{remark}",
        ElementCode.HANDLED_AT: said(elements.handled_at, reply.zone, ZH) if elements.handled_at else "—",
        ElementCode.HANDLER_AND_PHONE: f"{elements.handler}　{elements.phone}",
    }
    long = {ElementCode.FACTS}
    rows: list[Row] = [
        pair("投诉编号", reply.complaint, "转办单编号", reply.slip or "—"),
        pair("投诉人", reply.complainant.name.zh, "承办单位", reply.unit),
        pair("责任认定", reply.liability.zh, "回复客户", _told(reply)),
        *(
            across(f"{place}.{element.title.zh}", texts[element.code], tall=element.code in long)
            for place, element in enumerate(reply.policy.six_elements, 1)
        ),
        *([across("经济纠纷", reply.dispute)] if reply.dispute else []),
    ]
    return Paper(
        language=ZH,
        letterhead=reply.letterhead,
        title="客户投诉转（督）办单回复",
        number=reply.number,
        file_name=f"{reply.number or reply.complaint + '-draft'}-six-elements",
        draft="草稿" if reply.is_draft else "",
        parts=(Table(tuple(rows), label_mm=34),),
        signs=(f"经办人：{_shown(elements.handler)}", f"复核人：{reply.checked_by}"),
        seal=("（承办单位盖章）", "" if reply.is_draft else said_day(reply.dated.astimezone(reply.zone).date(), ZH)),
        dated=reply.dated,
        zone=str(reply.zone),
    )


def _told(reply: Reply) -> str:
    if reply.sent_at is None or reply.method is None:
        return "尚未回复"
    return f"{said(reply.sent_at, reply.zone, ZH)}\n{reply.method.zh}"
