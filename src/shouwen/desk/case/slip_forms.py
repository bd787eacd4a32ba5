"""督办单 on the case page: issue, answer, send back, accept, take back (mission A8, C1)."""

from typing import Any

import msgspec
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shouwen.casework.door import context_for
from shouwen.core.complaint import Command, Complaint
from shouwen.core.complaint.supervising import (
    AcceptAnswer,
    AnswerSlip,
    IssueSlip,
    ReturnSlip,
    WithdrawSlip,
    require_issuers_side,
)
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.timelimits import explain
from shouwen.desk.case.forms import FEW_ROWS, ActionForm, DraftForm, Matter
from shouwen.desk.templatetags.texts import in_reader_language

DAY = {"type": "date"}


class DueForm(ActionForm):
    """A form that sets the day of the answer: the pack's limit unless an earlier one is chosen."""

    due = forms.DateField(label=_("Answer by, if earlier than the limit"), widget=forms.DateInput(DAY), required=False)

    def offer_choices(self) -> None:
        """Say the pack's limit beside the field."""
        context = context_for(self.matter.actor, timezone.now(), self.matter.policy)
        if self.matter.policy.limit_if_any("supervision") is None:
            self.fields["due"].required = True
            return
        clock = context.clock("supervision", "supervision", context.now)
        self.fields["due"].help_text = in_reader_language(explain(clock.limit, context.calendar.zone))

    @property
    def day(self) -> str:
        given = self.cleaned_data["due"]
        return given.isoformat() if given else ""


class IssueSlipForm(DueForm):
    asks = forms.CharField(label=_("What the unit is asked"), widget=forms.Textarea(FEW_ROWS))
    field_order = ("asks", "due")

    def commands(self) -> tuple[Command, ...]:
        return (IssueSlip(asks=self.cleaned_data["asks"], due=self.day),)


class AnswerSlipForm(DraftForm):
    """六要素, begun with the last answer, else with the reply's draft."""

    letter = None  # type: ignore[assignment]

    def start(self) -> dict[str, Any]:
        slip = self.matter.complaint.slip
        if slip is not None and slip.elements is not None:
            return msgspec.structs.asdict(slip.elements)
        return super().start()

    def commands(self) -> tuple[Command, ...]:
        return (AnswerSlip(**{field: self.cleaned_data[field] for field in AnswerSlip.__struct_fields__}),)


class ReturnSlipForm(DueForm):
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(FEW_ROWS))
    field_order = ("reason", "due")

    def commands(self) -> tuple[Command, ...]:
        return (ReturnSlip(reason=self.cleaned_data["reason"], due=self.day),)


class AcceptAnswerForm(ActionForm):
    remark = forms.CharField(label=_("Remark"), widget=forms.Textarea(FEW_ROWS), required=False)

    def commands(self) -> tuple[Command, ...]:
        return (AcceptAnswer(remark=self.cleaned_data["remark"]),)


class WithdrawSlipForm(ActionForm):
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(FEW_ROWS))

    def commands(self) -> tuple[Command, ...]:
        return (WithdrawSlip(reason=self.cleaned_data["reason"]),)


def is_free(complaint: Complaint) -> bool:
    return complaint.slip is None


def is_open(complaint: Complaint) -> bool:
    return complaint.slip is not None


def waits_for_answer(complaint: Complaint) -> bool:
    return complaint.slip is not None and complaint.slip.is_unanswered


def is_answered(complaint: Complaint) -> bool:
    return complaint.slip is not None and not complaint.slip.is_unanswered


def own_work(matter: Matter) -> Text | None:
    """Nobody supervises the own work."""
    if matter.complaint.responsible not in matter.actor.stands_for:
        return None
    return Text("您是责任人，由督办方处理。", "You are the responsible person; the supervisor does this.")


def not_your_slip(matter: Matter) -> Text | None:
    """Why this person neither judges the answer nor takes the slip back: the own work, or a level below the issuer's."""
    slip = matter.complaint.slip
    if slip is None:
        return None
    try:
        require_issuers_side(slip, matter.complaint, matter.actor)
    except Refusal as refusal:
        return refusal.message
    return None


def unanswered(matter: Matter) -> Text | None:
    """Why the complaint cannot be closed: its slip waits for the answer."""
    slip = matter.complaint.slip
    if slip is None or not slip.is_unanswered:
        return None
    return Text(f"请先答复督办单 {slip.number}。", f"Answer supervision slip {slip.number} first.")
