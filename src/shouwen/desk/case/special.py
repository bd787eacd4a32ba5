"""特殊处理的表单: the forms of the special ways of handling (mission B1–B7), each beside the others in `actions`."""

from typing import Any

import msgspec
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shouwen.casework.queries import visible_numbers
from shouwen.core.complaint import Command
from shouwen.core.complaint.dispute import AMOUNTS, RecordDispute, Way, amounts_of
from shouwen.core.complaint.group import JoinGroup, LeaveGroup
from shouwen.core.complaint.media import LogPress, NameSpokesperson, TellLeaders
from shouwen.core.complaint.merging import MergeInto, Unmerge
from shouwen.core.complaint.recusal import DeclareInterest
from shouwen.core.complaint.repeat import LinkEarlier, UnlinkEarlier
from shouwen.core.complaint.withdrawing import CheckWithdrawal
from shouwen.core.duties import Action, may
from shouwen.core.money import Money, read_amount
from shouwen.desk.case.forms import FEW_ROWS, OFF, ActionForm, ReasonForm, takers, units_near
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.organisation.directory import directory

AMOUNT = forms.TextInput({"autocomplete": "off", "inputmode": "decimal"})


class DisputeForm(ActionForm):
    """经济纠纷: the four amounts in one currency, how it is settled, and the legal opinion."""

    currency = forms.ChoiceField(label=_("Currency"))
    claimed = forms.CharField(label=_("Amount claimed by the customer"), max_length=40, widget=AMOUNT)
    offered = forms.CharField(label=_("Amount offered by the bank"), max_length=40, widget=AMOUNT, required=False)
    agreed = forms.CharField(label=_("Amount agreed"), max_length=40, widget=AMOUNT, required=False)
    paid = forms.CharField(label=_("Amount paid"), max_length=40, widget=AMOUNT, required=False)
    way = forms.ChoiceField(label=_("How it is settled"))
    body = forms.CharField(label=_("Body that mediates or decides"), max_length=200, widget=OFF, required=False)
    reference = forms.CharField(label=_("Its case number"), max_length=200, widget=OFF, required=False)
    legal_opinion = forms.CharField(label=_("Legal opinion"), widget=forms.Textarea(FEW_ROWS), required=False)

    def start(self) -> dict[str, Any]:
        dispute = self.matter.complaint.dispute
        if dispute is None:
            return {"way": Way.OPEN.value}
        written = {field: f"{money.amount:.2f}" for field, _title, money in amounts_of(dispute)}
        return {
            **msgspec.structs.asdict(dispute),
            "currency": dispute.claimed.currency,
            **dict.fromkeys(AMOUNTS, ""),
            **written,
        }

    def offer_choices(self) -> None:
        self.choose("currency", [(code, code) for code in self.matter.policy.dispute.currencies], empty=False)
        self.choose("way", [(way.value, in_reader_language(way.label)) for way in Way], empty=False)

    def commands(self) -> tuple[Command, ...]:
        asked: dict[str, Any] = {
            field: Money(read_amount(typed, field), self.cleaned_data["currency"])
            for field in AMOUNTS
            if (typed := self.cleaned_data[field].strip())
        }
        asked |= {field: self.cleaned_data[field] for field in ("way", "body", "reference", "legal_opinion")}
        return (RecordDispute(**asked),)


class DeclareInterestForm(ReasonForm):
    """申报回避: for oneself; who may keep others out chooses for whom. Whoever takes over is named where it cannot go by itself."""

    person = forms.TypedChoiceField(label=_("Who is kept out"), coerce=int)
    to = forms.TypedChoiceField(
        label=_("Who takes over, if that person is responsible"),
        help_text=_("Left open, the contact or leader of the unit takes over, who is free of this."),
        coerce=int,
        required=False,
        empty_value=None,
    )
    field_order = ("person", "reason", "to")

    def start(self) -> dict[str, Any]:
        return {"person": self.matter.actor.id}

    def offer_choices(self) -> None:
        complaint, actor, people = self.matter.complaint, self.matter.actor, directory()
        own = [(actor.id, actor.person.name)] if actor.person else []
        others: list[tuple[str, list[tuple[int, str]]]] = []
        if may(actor, Action.RECUSE, complaint):
            named = {actor.id, *complaint.recused, complaint.employee_about}
            near = units_near(complaint)
            others = [
                (unit.name, [(one.id, one.name) for one in people.people_of(unit.id) if one.id not in named])
                for unit in near
            ]
        self.choose("person", [*own, *[group for group in others if group[1]]], empty=False)
        left_out = complaint.kept_out | {complaint.responsible}
        self.choose("to", [group for unit in units_near(complaint) if (group := takers(unit, left_out))[1]])

    def commands(self) -> tuple[Command, ...]:
        asked = {field: self.cleaned_data[field] for field in ("person", "reason", "to")}
        return (DeclareInterest(**asked),)


class NumberForm(ReasonForm):
    """Another complaint by its number, and why."""

    number = forms.CharField(
        label=_("Number of the other complaint"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "off", "placeholder": "TS2026-00000001"}),
    )
    field_order = ("number", "reason")

    def clean_number(self) -> str:
        return str(self.cleaned_data["number"]).strip().upper()


class LinkEarlierForm(NumberForm):
    def commands(self) -> tuple[Command, ...]:
        return (LinkEarlier(number=self.cleaned_data["number"], reason=self.cleaned_data["reason"]),)


class UnlinkEarlierForm(ReasonForm):
    number = forms.ChoiceField(label=_("Earlier complaint"))
    field_order = ("number", "reason")

    def offer_choices(self) -> None:
        seen = visible_numbers(self.matter.actor, self.matter.complaint.earlier)
        self.choose("number", [(each, each) for each in self.matter.complaint.earlier if each in seen])

    def commands(self) -> tuple[Command, ...]:
        return (UnlinkEarlier(number=self.cleaned_data["number"], reason=self.cleaned_data["reason"]),)


class MergeForm(NumberForm):
    def commands(self) -> tuple[Command, ...]:
        return (MergeInto(number=self.cleaned_data["number"], reason=self.cleaned_data["reason"]),)


class UnmergeForm(ReasonForm):
    def commands(self) -> tuple[Command, ...]:
        return (Unmerge(reason=self.cleaned_data["reason"]),)


class JoinGroupForm(NumberForm):
    def commands(self) -> tuple[Command, ...]:
        return (JoinGroup(number=self.cleaned_data["number"], reason=self.cleaned_data["reason"]),)


class LeaveGroupForm(ReasonForm):
    def commands(self) -> tuple[Command, ...]:
        return (LeaveGroup(reason=self.cleaned_data["reason"]),)


class CheckWithdrawalForm(ActionForm):
    passed = forms.TypedChoiceField(
        label=_("Result"),
        choices=[
            ("yes", _("The customer withdraws of their own will")),
            ("no", _("Not confirmed: the work goes on")),
        ],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    opinion = forms.CharField(
        label=_("How the customer was asked, and what they said"), widget=forms.Textarea(FEW_ROWS)
    )

    def commands(self) -> tuple[Command, ...]:
        return (CheckWithdrawal(passed=self.cleaned_data["passed"], opinion=self.cleaned_data["opinion"]),)


class TellLeadersForm(ActionForm):
    text = forms.CharField(label=_("What they are told"), widget=forms.Textarea(FEW_ROWS))

    def commands(self) -> tuple[Command, ...]:
        return (TellLeaders(text=self.cleaned_data["text"]),)


class SpokespersonForm(ActionForm):
    person = forms.TypedChoiceField(label=_("Spokesperson"), coerce=int)

    def offer_choices(self) -> None:
        complaint = self.matter.complaint
        left_out = complaint.kept_out | {complaint.spokesperson}
        self.choose("person", [group for unit in units_near(complaint) if (group := takers(unit, left_out))[1]])

    def commands(self) -> tuple[Command, ...]:
        return (NameSpokesperson(person=self.cleaned_data["person"]),)


class PressForm(ActionForm):
    who = forms.CharField(label=_("Who of the outlet was spoken to"), max_length=200, widget=OFF)
    spoken_at = forms.DateTimeField(
        label=_("When"), widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    said = forms.CharField(label=_("What either side said"), widget=forms.Textarea(FEW_ROWS))

    def start(self) -> dict[str, Any]:
        return {"spoken_at": timezone.localtime()}

    def commands(self) -> tuple[Command, ...]:
        asked = {field: self.cleaned_data[field] for field in ("who", "spoken_at", "said")}
        return (LogPress(**asked),)
