"""调查、拟稿、复核、回复、满意度: from the facts to an answer that the customer has."""

from datetime import datetime
from typing import ClassVar

import msgspec

from shouwen.core.complaint.signing import is_reserved, require_signed, signed
from shouwen.core.complaint.state import Code, Complaint, Draft, Findings, FreeText, Satisfaction, ShortText, Stage
from shouwen.core.complaint.verbs import Command, Context, Event, changed, decides, evolves, require_text
from shouwen.core.duties import Action, may
from shouwen.core.language import folded, require_fit_language
from shouwen.core.policy import Policy
from shouwen.core.policy_terms import Liability, RightBody, Verdict
from shouwen.core.refusal import Refusal
from shouwen.core.reply import SixElements, is_said, is_word_for_nothing, require_complete
from shouwen.core.satisfaction import verdict
from shouwen.core.text import Text
from shouwen.core.timelimits import Clock, restarted, stop_clock


class Investigate(Command, tag="investigate", frozen=True):
    """调查: record what was found, the cause (mission A5) and the liability. May be done again as more is found.

    That it is not ours is refused without evidence, in words or as a file, and without the body that the customer is to turn to,
    as the pack has it (mission B1).
    """

    action = Action.INVESTIGATE
    stages = frozenset({Stage.SIGNED_FOR, Stage.INVESTIGATING})
    title: ClassVar[Text] = Text("调查", "Investigate")

    facts: FreeText
    cause: Code
    liability: Code
    evidence: FreeText = ""
    right_body: ShortText = ""


class Investigated(Event, tag="investigated", frozen=True):
    title: ClassVar[Text] = Text("调查", "Investigated")

    facts: str
    cause: str
    liability: str
    evidence: str = ""
    right_body: str = ""
    no_appraisal: bool = False


@decides(Investigate)
def decide_investigate(complaint: Complaint, command: Investigate, context: Context) -> list[Event]:
    require_text(command.facts, "facts", Text("调查核实情况", "Facts found"))
    context.policy.cause(command.cause)
    liability = context.policy.liability(command.liability)
    _require_grounds(complaint, command, liability, context.policy)
    return [
        Investigated(
            at=context.now,
            by=context.actor.id,
            facts=command.facts.strip(),
            cause=command.cause,
            liability=command.liability,
            evidence="" if liability.ours else command.evidence.strip(),
            right_body=command.right_body.strip() if liability.right_body is not RightBody.NOT_ASKED else "",
            no_appraisal=not liability.ours,
        )
    ]


def _require_grounds(complaint: Complaint, command: Investigate, liability: Liability, policy: Policy) -> None:
    """非我方责任 (mission B1): nobody says “not ours” without showing it, and without telling whose it is."""
    if liability.needs_evidence and not command.evidence.strip() and not complaint.attachments:
        raise Refusal(
            "evidence-missing",
            Text(
                f"认定“{liability.title.zh}”须有证据：请填写“依据的证据”，或先上传附件。",
                f"“{liability.title.en}” needs evidence: fill in what shows it, or attach a file first.",
            ),
            field="evidence",
        )
    if liability.right_body is RightBody.NOT_ASKED:
        return
    named = is_said(command.right_body, policy.empty_words.placeholders)
    nobody = is_word_for_nothing(command.right_body, policy)
    if not named or (nobody and liability.right_body is RightBody.NAMED):
        raise Refusal(
            "right-body-missing",
            Text(
                f"认定“{liability.title.zh}”时，请填写客户应找的单位"
                + ("。" if liability.right_body is RightBody.NAMED else "；没有其他单位的，填“无”。"),
                f"With “{liability.title.en}”, name the body that the customer is to turn to"
                + ("." if liability.right_body is RightBody.NAMED else "; where there is none, enter “none”."),
            ),
            field="right_body",
        )


@evolves(Investigated)
def evolve_investigated(complaint: Complaint, event: Investigated) -> Complaint:
    findings = Findings(
        facts=event.facts,
        cause=event.cause,
        liability=event.liability,
        by=event.by or complaint.responsible or 0,
        at=event.at,
        evidence=event.evidence,
        right_body=event.right_body,
        no_appraisal=event.no_appraisal,
    )
    return changed(complaint, event, stage=Stage.INVESTIGATING, findings=findings)


class DraftReply(Command, tag="draft_reply", frozen=True, kw_only=True):
    """拟稿: the six elements for the slip and the letter to the customer (mission A8).

    Refused: no findings yet, an element missing (it says which), words that the language rules forbid (mission A3).
    """

    action = Action.DRAFT
    stages = frozenset({Stage.INVESTIGATING, Stage.REPLY_DRAFTED})
    title: ClassVar[Text] = Text("拟写回复", "Draft the reply")

    facts: FreeText
    responsibility: FreeText
    lesson: FreeText
    measure: FreeText
    satisfaction: Code
    satisfaction_remark: FreeText = ""
    handled_at: datetime | None
    handler: FreeText
    phone: Code
    letter: FreeText


class ReplyDrafted(Event, tag="reply_drafted", frozen=True):
    title: ClassVar[Text] = Text("拟写回复", "Reply drafted")

    elements: SixElements
    letter: str
    clocks: tuple[Clock, ...] = ()


@decides(DraftReply)
def decide_draft_reply(complaint: Complaint, command: DraftReply, context: Context) -> list[Event]:
    if complaint.findings is None:
        raise Refusal(
            "findings-missing",
            Text(
                "请先记录调查核实情况、原因和责任认定，再拟写回复。",
                "Record the findings, cause and liability before you draft the reply.",
            ),
        )
    elements = SixElements(
        facts=command.facts.strip(),
        responsibility=command.responsibility.strip(),
        lesson=command.lesson.strip(),
        measure=command.measure.strip(),
        satisfaction=command.satisfaction,
        satisfaction_remark=command.satisfaction_remark.strip(),
        handled_at=command.handled_at,
        handler=command.handler.strip(),
        phone=command.phone.strip(),
    )
    require_complete(elements, context.policy, liability=complaint.findings.liability, now=context.now)
    require_text(command.letter, "letter", Text("回复函正文", "Letter to the customer"))
    require_fit_language(command.letter, context.policy.language_rules, field="letter")
    _require_right_body(complaint.findings, command.letter, context.policy)
    # A draft that is improved before it was checked does not give the checker more time.
    checking = context.step_clock("check") if complaint.stage is Stage.INVESTIGATING else ()
    return [
        ReplyDrafted(
            at=context.now,
            by=context.actor.id,
            elements=elements,
            letter=command.letter.strip(),
            clocks=checking,
        )
    ]


def _require_right_body(findings: Findings, letter: str, policy: Policy) -> None:
    """指明应找的单位: the letter names the body that was found responsible."""
    body = findings.right_body
    if not body or is_word_for_nothing(body, policy) or folded(body) in folded(letter):
        return
    raise Refusal(
        "right-body-unnamed",
        Text(
            f"调查认定应由“{body}”负责，请在回复函中写明，并告诉客户怎么找。",
            f"“{body}” was found responsible. Name it in the letter and tell the customer how to turn to it.",
        ),
        field="letter",
    )


@evolves(ReplyDrafted)
def evolve_reply_drafted(complaint: Complaint, event: ReplyDrafted) -> Complaint:
    draft = Draft(
        elements=event.elements,
        letter=event.letter,
        by=event.by or complaint.responsible or 0,
        at=event.at,
        on_behalf_of=None if event.on_behalf_of is msgspec.UNSET else event.on_behalf_of,
    )
    return changed(
        complaint,
        event,
        stage=Stage.REPLY_DRAFTED,
        draft=draft,
        checked_by=None,
        checked_at=None,
        signed_by=None,
        signed_at=None,
        sent_back=False,
        clocks=restarted(stop_clock(complaint.clocks, "investigate", event.at), event.clocks),
    )


class CheckReply(Command, tag="check_reply", frozen=True):
    """复核: a second person finds the draft right, or returns it with the reason. The writer may not check the own draft.

    Where the reply is reserved and the checker may sign it too, the check is the signature (签批).
    """

    action = Action.CHECK
    stages = frozenset({Stage.REPLY_DRAFTED})
    title: ClassVar[Text] = Text("复核", "Check")

    passed: bool
    opinion: FreeText = ""


class ReplyChecked(Event, tag="reply_checked", frozen=True):
    title: ClassVar[Text] = Text("复核通过", "Reply checked")

    opinion: str


class ReplyReturned(Event, tag="reply_returned", frozen=True):
    title: ClassVar[Text] = Text("复核退回", "Reply returned by the checker")

    opinion: str
    clocks: tuple[Clock, ...] = ()


@decides(CheckReply)
def decide_check_reply(complaint: Complaint, command: CheckReply, context: Context) -> list[Event]:
    if complaint.draft is not None and not complaint.draft.writers.isdisjoint(context.actor.stands_for):
        raise Refusal(
            "own-draft",
            Text(
                "拟稿人及其代理人不能复核这份回复稿，请由本单位其他复核人或负责人复核。",
                "Neither the writer nor a deputy of the writer can check this draft. Ask another checker or the leader of the unit.",
            ),
        )
    if command.passed:
        checked = ReplyChecked(at=context.now, by=context.actor.id, opinion=command.opinion.strip())
        return [checked, signed(context, "")] if _check_signs(complaint, context) else [checked]
    require_text(command.opinion, "opinion", Text("退回意见", "Reason for returning it"))
    return [
        ReplyReturned(
            at=context.now,
            by=context.actor.id,
            opinion=command.opinion.strip(),
            clocks=context.step_clock("investigate"),
        )
    ]


def _check_signs(complaint: Complaint, context: Context) -> bool:
    """Whether this check is the signature too: a person's who may sign, never the program's."""
    if context.actor.person is None or not is_reserved(complaint, context.policy):
        return False
    return may(context.actor, Action.SIGN_REPLY, complaint)


@evolves(ReplyChecked)
def evolve_reply_checked(complaint: Complaint, event: ReplyChecked) -> Complaint:
    return changed(
        complaint,
        event,
        stage=Stage.CHECKED,
        checked_by=event.by,
        checked_at=event.at,
        clocks=stop_clock(complaint.clocks, "check", event.at),
    )


@evolves(ReplyReturned)
def evolve_reply_returned(complaint: Complaint, event: ReplyReturned) -> Complaint:
    clocks = restarted(stop_clock(complaint.clocks, "check", event.at), event.clocks)
    return changed(complaint, event, stage=Stage.INVESTIGATING, sent_back=True, clocks=clocks)


class Reply(Command, tag="reply", frozen=True):
    """回复: the customer has the checked answer, by the method named. Stops the reply clock."""

    action = Action.REPLY
    stages = frozenset({Stage.CHECKED})
    title: ClassVar[Text] = Text("回复客户", "Reply to the customer")

    method: Code
    remark: FreeText = ""


class Replied(Event, tag="replied", frozen=True):
    title: ClassVar[Text] = Text("回复客户", "Replied to the customer")

    letter: str
    method: str
    remark: str


@decides(Reply)
def decide_reply(complaint: Complaint, command: Reply, context: Context) -> list[Event]:
    require_signed(complaint, context)
    method = context.policy.reply_method(command.method)
    if method.needs is not None and method.needs not in complaint.contact_given:
        raise Refusal(
            "contact-not-given",
            Text(
                f"客户没有留下{method.needs.label.zh}，不能选择“{method.title.zh}”。请选择其他回复方式，或先更正联系方式。",
                f"The customer left no {method.needs.label.en.lower()}, so “{method.title.en}” is not possible. "
                "Choose another way, or correct the contact data first.",
            ),
            field="method",
        )
    return [
        Replied(
            at=context.now,
            by=context.actor.id,
            letter=f"{complaint.number}-F{complaint.replies + 1}",
            method=command.method,
            remark=command.remark.strip(),
        )
    ]


@evolves(Replied)
def evolve_replied(complaint: Complaint, event: Replied) -> Complaint:
    return changed(
        complaint,
        event,
        stage=Stage.REPLIED,
        replied_at=event.at,
        reply_method=event.method,
        replies=complaint.replies + 1,
        sent_back=False,
        clocks=stop_clock(stop_clock(complaint.clocks, "reply", event.at), "media", event.at),
        satisfaction=None,
    )


class AnswerSuperior(Command, tag="answer_superior", frozen=True):
    """回复转来单位: the body that transferred the complaint has the answer by the six elements (mission A7, B6). Stops its clock."""

    action = Action.REPLY
    stages = frozenset({Stage.CHECKED, Stage.REPLIED})
    title: ClassVar[Text] = Text("回复转来单位", "Answer the transferring body")

    remark: FreeText = ""


class SuperiorAnswered(Event, tag="superior_answered", frozen=True):
    title: ClassVar[Text] = Text("回复转来单位", "The transferring body was answered")

    slip: str
    remark: str


@decides(AnswerSuperior)
def decide_answer_superior(complaint: Complaint, command: AnswerSuperior, context: Context) -> list[Event]:
    if not context.policy.channel(complaint.channel).answers_body:
        raise Refusal(
            "no-superior",
            Text("这件投诉不是其他单位转来的，无需回复转来单位。", "No other body transferred this complaint."),
        )
    if complaint.superior_replied_at is not None:
        raise Refusal(
            "superior-answered-already",
            Text("已回复转来单位，无需重复。", "The transferring body has its answer already."),
        )
    require_signed(complaint, context)
    return [
        SuperiorAnswered(
            at=context.now, by=context.actor.id, slip=f"{complaint.number}-H", remark=command.remark.strip()
        )
    ]


@evolves(SuperiorAnswered)
def evolve_superior_answered(complaint: Complaint, event: SuperiorAnswered) -> Complaint:
    return changed(
        complaint,
        event,
        superior_replied_at=event.at,
        clocks=stop_clock(complaint.clocks, "superior", event.at),
    )


class Measure(Command, tag="measure", frozen=True):
    """满意度: what the customer expected and what the customer perceived (mission E1).

    Where the customer does not answer, the remark says how that was tried.
    """

    action = Action.MEASURE
    stages = frozenset({Stage.REPLIED, Stage.CLOSED})
    title: ClassVar[Text] = Text("记录满意度", "Record satisfaction")

    expectation: int | None = None
    perception: int | None = None
    remark: FreeText = ""


class Measured(Event, tag="measured", frozen=True):
    title: ClassVar[Text] = Text("记录满意度", "Satisfaction recorded")

    expectation: int | None
    perception: int | None
    verdict: str
    remark: str


@decides(Measure)
def decide_measure(complaint: Complaint, command: Measure, context: Context) -> list[Event]:
    if complaint.stage is Stage.CLOSED and complaint.satisfaction and complaint.satisfaction.expectation is not None:
        raise Refusal(
            "measured-already",
            Text(
                "客户已作出评价，投诉已办结，评价不再更改。",
                "The customer has answered, and the complaint is closed. The answer is not changed any more.",
            ),
        )
    if command.expectation is None and command.perception is None:
        require_text(command.remark, "remark", Text("未取得评价的说明", "Why there is no answer"))
    elif command.expectation is None or command.perception is None:
        raise Refusal(
            "half-measured",
            Text(
                "请同时填写“心理预期”和“实际感知”，或两项都留空并说明未取得评价的原因。",
                "Enter both expectation and perception, or neither and say why there is no answer.",
            ),
            field="perception" if command.perception is None else "expectation",
        )
    found = verdict(command.expectation, command.perception, context.policy.satisfaction)
    if context.actor.person is not None:
        _require_why(complaint, command, context.policy.verdict(found))
    return [
        Measured(
            at=context.now,
            by=context.actor.id,
            expectation=command.expectation,
            perception=command.perception,
            verdict=found,
            remark=command.remark.strip(),
        )
    ]


def _require_why(complaint: Complaint, command: Measure, found: Verdict) -> None:
    """A colleague who writes down the customer's answer says why it is a bad one, and why it replaces another."""
    if found.remark_needed:
        require_text(command.remark, "remark", Text("不满意的原因", "Why the customer is not satisfied"))
    if complaint.satisfaction is not None and complaint.satisfaction.expectation is not None:
        require_text(command.remark, "remark", Text("更改评价的理由", "Why the answer is changed"))


@evolves(Measured)
def evolve_measured(complaint: Complaint, event: Measured) -> Complaint:
    satisfaction = Satisfaction(
        expectation=event.expectation,
        perception=event.perception,
        verdict=event.verdict,
        remark=event.remark,
        at=event.at,
    )
    return changed(complaint, event, satisfaction=satisfaction)
