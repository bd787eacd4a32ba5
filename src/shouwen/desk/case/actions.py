"""可做的事: one table of what can be done on the case page, and why something cannot be done by this person now."""

from collections.abc import Callable
from typing import Any

import msgspec
from django.utils import timezone

from shouwen.casework import drafts
from shouwen.casework.door import context_for
from shouwen.casework.queries import visible_numbers
from shouwen.casework.rules import policy_of
from shouwen.core.complaint import Command, Complaint, Stage
from shouwen.core.complaint.answering import AnswerSuperior, CheckReply, DraftReply, Investigate, Measure, Reply
from shouwen.core.complaint.categorising import Categorise
from shouwen.core.complaint.clocks import ResumeClock, SuspendClock
from shouwen.core.complaint.customer import (
    AddStatement,
    AnswerReview,
    AskReview,
    CorrectContact,
    Withdraw,
    who_answered,
)
from shouwen.core.complaint.dispute import RecordDispute
from shouwen.core.complaint.ending import Archive, Close, Reopen
from shouwen.core.complaint.extending import DecideExtension, RequestExtension
from shouwen.core.complaint.group import JoinGroup, LeaveGroup
from shouwen.core.complaint.media import LogPress, NameSpokesperson, TellLeaders
from shouwen.core.complaint.merging import MergeInto, Unmerge
from shouwen.core.complaint.receiving import Accept, Classify, Decline
from shouwen.core.complaint.recording import AddNote
from shouwen.core.complaint.recusal import DeclareInterest
from shouwen.core.complaint.repeat import LinkEarlier, UnlinkEarlier
from shouwen.core.complaint.routing import Dispatch, HandOver, SendBack, SignFor, TakeBack
from shouwen.core.complaint.signing import SignReply, awaits_signature
from shouwen.core.complaint.supervising import AcceptAnswer, AnswerSlip, IssueSlip, ReturnSlip, WithdrawSlip
from shouwen.core.complaint.verbs import why_barred
from shouwen.core.complaint.withdrawing import CheckWithdrawal, who_could_lean
from shouwen.core.duties import Action, is_barred
from shouwen.core.text import Text
from shouwen.desk.case import categories, clock_forms, forms, slip_forms, special
from shouwen.desk.case.forms import ActionForm, Matter
from shouwen.desk.case.next_step import next_step
from shouwen.organisation.directory import directory

Reason = Callable[[Matter], Text | None]


def _never(matter: Matter) -> Text | None:
    return None


def _own_draft(matter: Matter) -> Text | None:
    draft = matter.complaint.draft
    if draft is None or draft.writers.isdisjoint(matter.actor.stands_for):
        return None
    return Text(
        "拟稿人不能复核自己的回复稿，请由其他复核人或负责人复核。",
        "The writer cannot check the own draft. Another checker or the leader does it.",
    )


def _to_be_signed(complaint: Complaint) -> bool:
    return awaits_signature(complaint, policy_of(complaint.policy))


def _awaits_signature(matter: Matter) -> Text | None:
    if not _to_be_signed(matter.complaint):
        return None
    return Text("这份回复须先经第一责任人签批。", "The first responsible person signs this reply before it goes out.")


def _unsigned(matter: Matter) -> Text | None:
    offer = matter.complaint.offer
    if offer is None:
        return None
    person = directory().person(offer.to)
    name = person.name if person else "?"
    return Text(f"正等待{name}签收，可先收回。", f"It waits for {name} to sign for it. Take it back first.")


def _unmeasured(matter: Matter) -> Text | None:
    if matter.complaint.satisfaction is None:
        return Text(
            "请先记录客户满意度；联系不上客户时也请说明。",
            "Record the customer's satisfaction first, or why there is no answer.",
        )
    if _from_a_body(matter.complaint):
        return Text("请先回复转来单位。", "Answer the transferring body first.")
    return slip_forms.unanswered(matter) or _unsigned(matter)


def _not_your_level(matter: Matter) -> Text | None:
    return clock_forms.not_your_level(context_for(matter.actor, timezone.now(), matter.policy), matter)


def _no_earlier_seen(matter: Matter) -> Text | None:
    """A link to a complaint that this person may not see is not there."""
    if visible_numbers(matter.actor, matter.complaint.earlier):
        return None
    return Text("没有关联的前次投诉。", "No earlier complaint is linked.")


def _no_findings(matter: Matter) -> Text | None:
    if matter.complaint.findings is None:
        return Text("请先记录调查结果。", "Record the findings first.")
    return None


def _on_offer(complaint: Complaint) -> bool:
    return complaint.offer is not None


def _from_a_body(complaint: Complaint) -> bool:
    answers = policy_of(complaint.policy).channel(complaint.channel).answers_body
    return answers and complaint.superior_replied_at is None


def _may_come_back(complaint: Complaint) -> bool:
    return complaint.stage is not Stage.ARCHIVED or complaint.review_asked_at is not None


def _review_asked(complaint: Complaint) -> bool:
    return complaint.review_asked_at is not None


def _no_review_asked(complaint: Complaint) -> bool:
    return complaint.review_asked_at is None and complaint.replied_at is not None


def _had_a_part(matter: Matter) -> Text | None:
    if who_answered(matter.complaint).isdisjoint(matter.actor.stands_for):
        return None
    return Text(
        "调查、拟写、复核、签批过原答复或已核查过一次的人不能核查，请由其他人或上级行核查。",
        "Who investigated, wrote, checked, signed or once reviewed the answer cannot review it. Somebody else, or the superior, does.",
    )


def _could_lean(matter: Matter) -> Text | None:
    if who_could_lean(matter.complaint).isdisjoint(matter.actor.stands_for):
        return None
    return Text(
        "办理投诉或记录撤诉的人不能核实撤诉，请由其他复核人、负责人或监督岗位核实。",
        "Who handles it or wrote the withdrawal down cannot check it. Another checker, the leader or a supervisor does.",
    )


def _to_be_checked(complaint: Complaint) -> bool:
    return complaint.withdrawal_asked is not None


def _from_the_press(complaint: Complaint) -> bool:
    return policy_of(complaint.policy).channel(complaint.channel).press


def _nobody_speaks(matter: Matter) -> Text | None:
    if matter.complaint.spokesperson is not None:
        return None
    return Text("请先指定发言人，统一对外发言。", "Name the spokesperson first: one person speaks.")


def _stands_alone(complaint: Complaint) -> bool:
    return not (complaint.duplicates or complaint.members or complaint.group_of)


def _is_merged(complaint: Complaint) -> bool:
    return bool(complaint.merged_into)


def _is_member(complaint: Complaint) -> bool:
    return bool(complaint.group_of)


def _always(complaint: Complaint) -> bool:
    return True


def _once(complaint: Complaint) -> Text | None:
    return None


def _found_again(complaint: Complaint) -> Text | None:
    return Text("修改调查结果", "Change the findings") if complaint.findings else None


def _drafted_again(complaint: Complaint) -> Text | None:
    return Text("修改回复稿", "Change the draft") if complaint.draft else None


def _disputed_again(complaint: Complaint) -> Text | None:
    return Text("更新经济纠纷", "Update the economic dispute") if complaint.dispute else None


def _categorised_again(complaint: Complaint) -> Text | None:
    return Text("修改监管统计归类", "Change the categories of the return") if complaint.categories else None


def _measured_again(complaint: Complaint) -> Text | None:
    return Text("修改满意度", "Change the satisfaction") if complaint.satisfaction else None


class Doing(msgspec.Struct, frozen=True):
    """One line of the table. `why_not` tells what a rule would refuse; `shown` leaves out what makes no sense at all now.

    `again` names what can be done a second time; where it is not the next step it stands behind the others. A `long` form
    saves itself as it is written, one that is `beside_letter` has what the customer will get beside it. `confirm` asks before it is done. What is `special` stands folded away behind the rest.
    """

    slug: str
    command: type[Command]
    form: type[ActionForm]
    icon: str
    why_not: Reason = _never
    shown: Callable[[Complaint], bool] = _always
    explained: bool = True
    confirm: bool = False
    long: bool = False
    special: bool = False
    again: Callable[[Complaint], Text | None] = _once
    beside_letter: bool = False


DOINGS = (
    Doing("sign-for", SignFor, forms.SignForm, "sign", shown=_on_offer),
    Doing("send-back", SendBack, forms.SendBackForm, "send-back", shown=_on_offer, explained=False),
    Doing("accept", Accept, forms.AcceptForm, "accept"),
    Doing("decline", Decline, forms.DeclineForm, "decline", explained=False),
    Doing("dispatch", Dispatch, forms.DispatchForm, "dispatch", why_not=_unsigned),
    Doing("investigate", Investigate, forms.InvestigateForm, "investigate", long=True, again=_found_again),
    Doing("draft", DraftReply, forms.DraftForm, "edit", why_not=_no_findings, long=True, again=_drafted_again),
    Doing("check", CheckReply, forms.CheckForm, "check", why_not=_own_draft, beside_letter=True),
    Doing("sign-reply", SignReply, forms.SignReplyForm, "sign", shown=_to_be_signed, beside_letter=True),
    Doing("reply", Reply, forms.ReplyForm, "reply", why_not=_awaits_signature),
    Doing("measure", Measure, forms.MeasureForm, "satisfaction", again=_measured_again),
    Doing("close", Close, forms.CloseForm, "checked", why_not=_unmeasured),
    Doing("archive", Archive, forms.ArchiveForm, "archive", confirm=True),
    Doing(
        "answer-superior",
        AnswerSuperior,
        forms.AnswerSuperiorForm,
        "reply",
        why_not=_awaits_signature,
        shown=_from_a_body,
    ),
    Doing("dispute", RecordDispute, special.DisputeForm, "money", special=True, explained=False, again=_disputed_again),
    Doing(
        "check-withdrawal",
        CheckWithdrawal,
        special.CheckWithdrawalForm,
        "check",
        why_not=_could_lean,
        shown=_to_be_checked,
    ),
    Doing("tell-leaders", TellLeaders, special.TellLeadersForm, "duty", shown=_from_the_press, explained=False),
    Doing(
        "name-spokesperson", NameSpokesperson, special.SpokespersonForm, "user", shown=_from_the_press, explained=False
    ),
    Doing("log-press", LogPress, special.PressForm, "media", why_not=_nobody_speaks, shown=_from_the_press),
    Doing("answer-review", AnswerReview, forms.AnswerReviewForm, "checked", why_not=_had_a_part, shown=_review_asked),
    Doing(
        "decide-extension",
        DecideExtension,
        clock_forms.DecideExtensionForm,
        "extended",
        why_not=_not_your_level,
        shown=clock_forms.extension_waits,
    ),
    Doing("resume", ResumeClock, clock_forms.ResumeForm, "clock-ok", shown=clock_forms.is_paused, explained=False),
    Doing(
        "suspend",
        SuspendClock,
        clock_forms.SuspendForm,
        "suspended",
        why_not=clock_forms.not_your_ground,
        shown=clock_forms.may_be_paused,
        explained=False,
    ),
    Doing(
        "ask-extension",
        RequestExtension,
        clock_forms.AskExtensionForm,
        "extended",
        shown=clock_forms.may_be_extended,
        explained=False,
    ),
    Doing("answer-slip", AnswerSlip, slip_forms.AnswerSlipForm, "reply", shown=slip_forms.waits_for_answer, long=True),
    Doing(
        "accept-answer",
        AcceptAnswer,
        slip_forms.AcceptAnswerForm,
        "checked",
        why_not=slip_forms.not_your_slip,
        shown=slip_forms.is_answered,
        explained=False,
    ),
    Doing(
        "return-slip",
        ReturnSlip,
        slip_forms.ReturnSlipForm,
        "send-back",
        why_not=slip_forms.not_your_slip,
        shown=slip_forms.is_answered,
        explained=False,
    ),
    Doing(
        "issue-slip",
        IssueSlip,
        slip_forms.IssueSlipForm,
        "supervised",
        why_not=slip_forms.own_work,
        shown=slip_forms.is_free,
        explained=False,
    ),
    Doing(
        "withdraw-slip",
        WithdrawSlip,
        slip_forms.WithdrawSlipForm,
        "withdraw",
        why_not=slip_forms.not_your_slip,
        shown=slip_forms.is_open,
        explained=False,
    ),
    Doing("add", AddStatement, forms.AddForm, "note", explained=False),
    Doing("correct", CorrectContact, forms.CorrectForm, "edit", explained=False),
    Doing("ask-review", AskReview, forms.AskReviewForm, "reopened", shown=_no_review_asked, explained=False),
    Doing("withdraw", Withdraw, forms.WithdrawForm, "withdraw", explained=False),
    Doing("classify", Classify, forms.ClassifyForm, "classify", explained=False),
    Doing(
        "categorise",
        Categorise,
        categories.CategoriseForm,
        "classify",
        shown=categories.has_axes,
        explained=False,
        special=True,
        again=_categorised_again,
    ),
    Doing("take-back", TakeBack, forms.TakeBackForm, "withdraw", shown=_on_offer, explained=False),
    Doing("hand-over", HandOver, forms.HandOverForm, "hand-over", why_not=_unsigned, explained=False),
    Doing("reopen", Reopen, forms.ReopenForm, "reopened", shown=_may_come_back, explained=False),
    Doing("link-earlier", LinkEarlier, special.LinkEarlierForm, "link", special=True, explained=False),
    Doing(
        "unlink-earlier",
        UnlinkEarlier,
        special.UnlinkEarlierForm,
        "link",
        why_not=_no_earlier_seen,
        special=True,
        explained=False,
    ),
    Doing("merge", MergeInto, special.MergeForm, "duplicate", shown=_stands_alone, special=True, explained=False),
    Doing("unmerge", Unmerge, special.UnmergeForm, "duplicate", shown=_is_merged, explained=False),
    Doing("join-group", JoinGroup, special.JoinGroupForm, "group", shown=_stands_alone, special=True, explained=False),
    Doing("leave-group", LeaveGroup, special.LeaveGroupForm, "group", shown=_is_member, special=True, explained=False),
    Doing("declare-interest", DeclareInterest, special.DeclareInterestForm, "decline", special=True, explained=False),
    Doing("note", AddNote, forms.NoteForm, "note", explained=False),
)
FIRST, POSSIBLE, EVER, SPECIAL, LAST = range(5)
BY_SLUG = {doing.slug: doing for doing in DOINGS}


class Offered(msgspec.Struct, frozen=True):
    """An action on the page: its form when this person may do it now, else the sentence that says why not.

    `is_beside`: what does not move the complaint on; the page keeps those that are refused together, out of the way.
    """

    doing: Doing
    title: Text
    form: Any = None
    why_not: Text | None = None
    is_open: bool = False
    is_next: bool = False
    is_beside: bool = False
    kept: drafts.Kept | None = None


def offered(matter: Matter, given: tuple[str, ActionForm] | None = None) -> list[Offered]:
    """What this person may do now, the expected next step first; then what others must do, with the reason.

    Only the next step is open, and nothing where others are awaited. `given` is a form that came back with something to put
    right: it stays open with everything typed. What was typed into a long form and not sent stands in it again.
    """
    step = next_step(matter.complaint)
    found: list[tuple[int, Offered]] = []
    for doing in DOINGS:
        is_next = doing.slug == step
        again = None if is_next else doing.again(matter.complaint)
        title = again or doing.command.title
        if given and given[0] == doing.slug:
            found.append((FIRST, Offered(doing, title, form=given[1], is_open=True, is_next=is_next)))
        elif matter.complaint.merged_into and not doing.command.while_merged:
            continue
        elif matter.complaint.stage in doing.command.stages and doing.shown(matter.complaint):
            why_not = _refused(doing, matter)
            if why_not is not None:
                found.append(
                    (LAST, Offered(doing, title, why_not=why_not, is_beside=bool(again) or not doing.explained))
                )
                continue
            kept = _kept(doing, matter)
            form = doing.form(matter, start=kept.typed if kept else None)
            usual = EVER if again or not doing.explained else POSSIBLE
            place = FIRST if is_next else SPECIAL if doing.special else usual
            found.append(
                (place, Offered(doing, title, form=form, is_open=is_next and not given, is_next=is_next, kept=kept))
            )
    return [each for _, each in sorted(found, key=lambda one: one[0])]


def _kept(doing: Doing, matter: Matter) -> drafts.Kept | None:
    if not doing.long or matter.actor.id is None:
        return None
    return drafts.open_action(matter.actor.id, matter.complaint.id, doing.slug)


def _refused(doing: Doing, matter: Matter) -> Text | None:
    if not matter.may(doing.command.action):
        return _not_yours(doing, matter)
    return doing.why_not(matter)


def _not_yours(doing: Doing, matter: Matter) -> Text:
    if is_barred(matter.actor, doing.command.action, matter.complaint):
        return why_barred(matter.actor, matter.complaint)
    if doing.command.action is Action.CHECK_WITHDRAWAL:
        return Text(
            "由没有办理这件投诉的复核人、负责人或监督岗位核实。",
            "A checker, the leader or a supervisor who does not handle it does this.",
        )
    if doing.command.action is Action.PRESS:
        return Text("由责任人或办公室办理。", "The responsible person or the office does this.")
    if doing.command.action is Action.SUPERVISE:
        return Text(
            "由热线主管、工会、办公室专员或上级机构第一责任人办理。",
            "The hotline supervisor, the union, the office or a leader above does this.",
        )
    if doing.command.action is Action.CHECK:
        return Text("由承办单位的复核人或负责人复核。", "A checker or the leader of the handling unit does this.")
    if doing.command.action is Action.SIGN_REPLY:
        return Text(
            "由承办单位或上级机构的第一责任人签批。",
            "The first responsible person of the handling unit, or of one above it, signs.",
        )
    who = (
        matter.complaint.offer.to
        if doing.shown is _on_offer and matter.complaint.offer
        else matter.complaint.responsible
    )
    person = directory().person(who) if who else None
    if person is None:
        return Text("您目前的岗位不办理这一步。", "Your duty does not include this step.")
    return Text(f"由{person.name}办理。", f"{person.name} does this.")
