"""操作表单: one form for each thing a person may do; each turns what was typed into commands of the core."""

from typing import Any
from uuid import uuid4

import msgspec
from django import forms
from django.forms.utils import pretty_name
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shouwen.casework import drafts
from shouwen.casework.vault import DETAIL_TITLES, Details
from shouwen.core.complaint import Command, Complaint, Stage
from shouwen.core.complaint.answering import AnswerSuperior, CheckReply, DraftReply, Investigate, Measure, Reply
from shouwen.core.complaint.customer import (
    WAYS,
    AddStatement,
    AnswerReview,
    AskReview,
    CorrectContact,
    Withdraw,
)
from shouwen.core.complaint.ending import Archive, Close, Reopen
from shouwen.core.complaint.receiving import Accept, Classify, Decline
from shouwen.core.complaint.recording import AddNote
from shouwen.core.complaint.routing import Dispatch, HandOver, SendBack, SignFor, TakeBack
from shouwen.core.duties import CASEWORKERS, Duty
from shouwen.core.people import Actor, Person
from shouwen.core.policy import Policy
from shouwen.core.policy_terms import LetterKind, Term
from shouwen.desk.case.units import UNIT_INPUT, UnitField
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

NOTHING_CHOSEN = ("", "—")
FEW_ROWS = {"rows": 3}
MANY_ROWS = {"rows": 6}
OFF = forms.TextInput({"autocomplete": "off"})


class Matter(msgspec.Struct, frozen=True):
    """What a form is about: the complaint, its rules, and who acts."""

    complaint: Complaint
    policy: Policy
    actor: Actor


def say_what_is_missing(form: forms.Form) -> None:
    """A field left empty is named in its own sentence: 请填写“投诉内容”。"""
    for name, field in form.fields.items():
        is_choice = isinstance(field, forms.ChoiceField)
        sentence = _("Choose “%(label)s”.") if is_choice else _("Fill in “%(label)s”.")
        field.error_messages["required"] = sentence % {"label": field.label or pretty_name(name)}


class ActionForm(forms.Form):
    """`seen` is the version that the person looked at, `key` makes a second sending of the same form harmless."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, matter: Matter, data: Any = None, *, start: drafts.Typed | None = None) -> None:
        """`start` is what this person had typed and not sent."""
        self.matter = matter
        typed = {field: values[-1] for field, values in (start or {}).items() if values}
        first = {**self.start(), **typed, "seen": matter.complaint.version, "key": str(uuid4())}
        super().__init__(data, initial=first, auto_id=f"{type(self).__name__}_%s", use_required_attribute=False)
        self.offer_choices()
        say_what_is_missing(self)

    def start(self) -> dict[str, Any]:
        """What stands in the fields before anything is typed."""
        return {}

    def offer_choices(self) -> None:
        """Fill in choices that depend on the complaint and its policy."""

    def commands(self) -> tuple[Command, ...]:
        """What the person asks for. Called on a valid form."""
        raise NotImplementedError

    def details(self) -> Details | None:
        """Personal data that go to the sealed record, for the one form that has any."""
        return None

    def choose(self, field: str, choices: list[Any], *, empty: bool = True) -> None:
        wanted = self.fields[field]
        assert isinstance(wanted, forms.ChoiceField)
        wanted.choices = [NOTHING_CHOSEN, *choices] if empty else choices


def titled(terms: Any) -> list[tuple[str, str]]:
    """Terms of the pack as choices in the reader's language."""
    return [(term.code, in_reader_language(term.title)) for term in terms]


def class_choices(policy: Policy) -> list[Any]:
    """The classes that may be given, those of one first-level class together."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for each in policy.given_classes:
        above: Term = policy.class_(each.parent) if each.parent else each
        grouped.setdefault(in_reader_language(above.title), []).append((each.code, in_reader_language(each.title)))
    return [one for group, many in grouped.items() for one in ([(group, many)] if len(many) > 1 else many)]


class AcceptForm(ActionForm):
    class_ = forms.ChoiceField(label=_("Class"), required=False)

    def offer_choices(self) -> None:
        if self.matter.complaint.class_:
            del self.fields["class_"]
        else:
            self.fields["class_"].required = True
            self.choose("class_", class_choices(self.matter.policy))

    def commands(self) -> tuple[Command, ...]:
        given = self.cleaned_data.get("class_")
        return (Classify(class_=given), Accept()) if given else (Accept(),)


class DeclineForm(ActionForm):
    ground = forms.ChoiceField(label=_("Ground"))
    reason = forms.CharField(label=_("Reason for the customer"), widget=forms.Textarea(FEW_ROWS))

    def offer_choices(self) -> None:
        self.choose("ground", titled(self.matter.policy.decline_grounds))

    def commands(self) -> tuple[Command, ...]:
        return (Decline(ground=self.cleaned_data["ground"], reason=self.cleaned_data["reason"]),)


class ClassifyForm(ActionForm):
    class_ = forms.ChoiceField(label=_("Class"))
    reason = forms.CharField(label=_("Reason for the change"), widget=forms.Textarea(FEW_ROWS), required=False)

    def offer_choices(self) -> None:
        self.choose("class_", class_choices(self.matter.policy))
        if self.matter.complaint.stage in (Stage.REGISTERED, Stage.ACCEPTED):
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True

    def commands(self) -> tuple[Command, ...]:
        return (Classify(class_=self.cleaned_data["class_"], reason=self.cleaned_data.get("reason", "")),)


class DispatchForm(ActionForm):
    unit = UnitField(label=_("To unit"), max_length=200, widget=forms.TextInput(UNIT_INPUT))
    instruction = forms.CharField(label=_("What is asked of the unit"), widget=forms.Textarea(FEW_ROWS), required=False)

    def start(self) -> dict[str, Any]:
        """The department that the class goes to, else the unit complained about; nothing again after it was sent back."""
        complaint = self.matter.complaint
        if complaint.sent_back:
            return {}
        return {
            "unit": unit_to_dispatch_to(
                self.matter.policy, complaint.class_, complaint.unit_about, complaint.receiving_unit
            )
        }

    def commands(self) -> tuple[Command, ...]:
        return (Dispatch(unit=self.cleaned_data["unit"], instruction=self.cleaned_data["instruction"]),)


def unit_to_dispatch_to(policy: Policy, class_code: str, about: int | None, receiving: int) -> int | None:
    """转办单位 unless another is named: the unit complained about; of a secret class, the department that the pack names."""
    class_ = policy.class_(class_code) if class_code else None
    if class_ is None or not class_.secrecy or class_.goes_to is None:
        return about
    department = directory().nearest(class_.goes_to, receiving)
    return department.id if department else None


class SignForm(ActionForm):
    def commands(self) -> tuple[Command, ...]:
        return (SignFor(),)


class TakeBackForm(ActionForm):
    def commands(self) -> tuple[Command, ...]:
        return (TakeBack(),)


class ReasonForm(ActionForm):
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(FEW_ROWS))


class SendBackForm(ReasonForm):
    def commands(self) -> tuple[Command, ...]:
        return (SendBack(reason=self.cleaned_data["reason"]),)


class ReopenForm(ReasonForm):
    def commands(self) -> tuple[Command, ...]:
        return (Reopen(reason=self.cleaned_data["reason"]),)


class HandOverForm(ReasonForm):
    to = forms.TypedChoiceField(label=_("To"), coerce=int)
    field_order = ("to", "reason")

    def offer_choices(self) -> None:
        """Who may sign for it: people with a casework duty at the handling unit, the units above it, and where it came in."""
        complaint, people = self.matter.complaint, directory()
        unit, receiving = people.unit(complaint.handling_unit), people.unit(complaint.receiving_unit)
        line = [people.unit(unit_id) for unit_id in reversed(unit.line if unit else ())]
        near = [*line, receiving] if receiving and receiving not in line else line
        groups = [(each.name, self._takers(each.id)) for each in near if each]
        self.choose("to", [group for group in groups if group[1]])

    def _takers(self, unit_id: int) -> list[tuple[int, str]]:
        complaint, people = self.matter.complaint, directory()
        today = working_calendar().local_date(timezone.now())
        left_out = (complaint.responsible, complaint.employee_about)
        return [
            (person.id, self._said(person, duties, is_absent=people.is_absent(person.id, today)))
            for person in people.people_of(unit_id)
            if person.id not in left_out and (duties := people.duties_of(person.id, today) & CASEWORKERS)
        ]

    def _said(self, person: Person, duties: frozenset[Duty], *, is_absent: bool) -> str:
        held = "、".join(in_reader_language(duty.label) for duty in Duty if duty in duties)
        return f"{person.name} · {held}" + (f"（{_('absent today')}）" if is_absent else "")

    def commands(self) -> tuple[Command, ...]:
        return (HandOver(to=self.cleaned_data["to"], reason=self.cleaned_data["reason"]),)


class InvestigateForm(ActionForm):
    facts = forms.CharField(label=_("Findings"), widget=forms.Textarea(MANY_ROWS))
    cause = forms.ChoiceField(label=_("Cause"))
    liability = forms.ChoiceField(label=_("Liability"))

    def start(self) -> dict[str, Any]:
        findings = self.matter.complaint.findings
        return msgspec.structs.asdict(findings) if findings else {}

    def offer_choices(self) -> None:
        self.choose("cause", titled(self.matter.policy.causes))
        self.choose("liability", titled(self.matter.policy.liabilities))

    def commands(self) -> tuple[Command, ...]:
        asked = {field: self.cleaned_data[field] for field in ("facts", "cause", "liability")}
        return (Investigate(**asked),)


class DraftForm(ActionForm):
    """六要素, in the order of the slip, and the letter that the customer gets."""

    facts = forms.CharField(label=_("1. What was complained about and found"), widget=forms.Textarea(FEW_ROWS))
    responsibility = forms.CharField(
        label=_("2. What is done about those responsible"), widget=forms.Textarea(FEW_ROWS)
    )
    lesson = forms.CharField(label=_("3. Lesson to be learnt"), widget=forms.Textarea(FEW_ROWS))
    measure = forms.CharField(label=_("3. Measures to improve"), widget=forms.Textarea(FEW_ROWS))
    satisfaction = forms.ChoiceField(label=_("4. The customer's satisfaction with the outcome"))
    satisfaction_remark = forms.CharField(
        label=_("4. Remark on it"), widget=forms.Textarea({"rows": 2}), required=False
    )
    handled_at = forms.DateTimeField(
        label=_("5. Time of handling"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    handler = forms.CharField(label=_("6. Handler"), max_length=60)
    phone = forms.CharField(label=_("6. Office phone"), max_length=40)
    letter = forms.CharField(label=_("Letter to the customer"), widget=forms.Textarea({"rows": 10}))

    def start(self) -> dict[str, Any]:
        complaint, actor = self.matter.complaint, self.matter.actor
        if complaint.draft:
            return {**msgspec.structs.asdict(complaint.draft.elements), "letter": complaint.draft.letter}
        return {
            "facts": complaint.findings.facts if complaint.findings else "",
            "handled_at": timezone.localtime(),
            "handler": actor.person.name if actor.person else "",
            "phone": actor.person.phone if actor.person else "",
        }

    def offer_choices(self) -> None:
        self.choose("satisfaction", titled(self.matter.policy.satisfaction.verdicts))
        wanted = [each for each in self.matter.policy.letter_contents(LetterKind.REPLY) if each.text is None]
        if wanted:
            titles = gettext("; ").join(in_reader_language(each.title) for each in wanted)
            self.fields["letter"].help_text = gettext("The rules want it to say: %(contents)s.") % {"contents": titles}

    def commands(self) -> tuple[Command, ...]:
        asked = {field: self.cleaned_data[field] for field in DraftReply.__struct_fields__}
        return (DraftReply(**asked),)


class CheckForm(ActionForm):
    passed = forms.TypedChoiceField(
        label=_("Result"),
        choices=[("yes", _("The reply is right")), ("no", _("Return it to the writer"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    opinion = forms.CharField(label=_("Opinion"), widget=forms.Textarea(FEW_ROWS), required=False)

    def commands(self) -> tuple[Command, ...]:
        return (CheckReply(passed=self.cleaned_data["passed"], opinion=self.cleaned_data["opinion"]),)


class ReplyForm(ActionForm):
    method = forms.ChoiceField(label=_("How the customer got the reply"))
    remark = forms.CharField(label=_("Remark"), widget=forms.Textarea(FEW_ROWS), required=False)

    def offer_choices(self) -> None:
        self.choose("method", titled(self.matter.policy.reply_methods))

    def commands(self) -> tuple[Command, ...]:
        return (Reply(method=self.cleaned_data["method"], remark=self.cleaned_data["remark"]),)


class MeasureForm(ActionForm):
    expectation = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    perception = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    remark = forms.CharField(
        label=_("Remark, or why there is no answer"), widget=forms.Textarea(FEW_ROWS), required=False
    )

    def offer_choices(self) -> None:
        rule = self.matter.policy.satisfaction
        self.fields["expectation"].label = in_reader_language(rule.expectation_question)
        self.fields["perception"].label = in_reader_language(rule.perception_question)
        for field, scale in (("expectation", rule.expectation), ("perception", rule.perception)):
            self.choose(field, [(level.value, f"{level.value} {in_reader_language(level.title)}") for level in scale])

    def commands(self) -> tuple[Command, ...]:
        asked = {field: self.cleaned_data[field] for field in ("expectation", "perception", "remark")}
        return (Measure(**asked),)


class CloseForm(ActionForm):
    summary = forms.CharField(label=_("Summary"), widget=forms.Textarea(FEW_ROWS), required=False)

    def commands(self) -> tuple[Command, ...]:
        return (Close(summary=self.cleaned_data["summary"]),)


class ArchiveForm(ActionForm):
    def commands(self) -> tuple[Command, ...]:
        return (Archive(),)


class AnswerSuperiorForm(ActionForm):
    remark = forms.CharField(label=_("Remark"), widget=forms.Textarea(FEW_ROWS), required=False)

    def commands(self) -> tuple[Command, ...]:
        return (AnswerSuperior(remark=self.cleaned_data["remark"]),)


class AnswerReviewForm(ActionForm):
    opinion = forms.CharField(label=_("Opinion"), widget=forms.Textarea(FEW_ROWS))

    def commands(self) -> tuple[Command, ...]:
        return (AnswerReview(opinion=self.cleaned_data["opinion"]),)


class CustomerForm(ActionForm):
    """What a customer said or wants, written down by a clerk."""

    way = forms.ChoiceField(label=_("By way of"))

    def offer_choices(self) -> None:
        self.choose("way", [(way, in_reader_language(WAYS[way])) for way in ("phone", "counter", "letter", "mail")])


class AddForm(CustomerForm):
    text = forms.CharField(label=_("What the customer adds"), widget=forms.Textarea(FEW_ROWS))

    def commands(self) -> tuple[Command, ...]:
        return (AddStatement(text=self.cleaned_data["text"], way=self.cleaned_data["way"]),)


class AskReviewForm(CustomerForm):
    reason = forms.CharField(label=_("Why the customer does not accept the answer"), widget=forms.Textarea(FEW_ROWS))

    def commands(self) -> tuple[Command, ...]:
        return (AskReview(reason=self.cleaned_data["reason"], way=self.cleaned_data["way"]),)


class WithdrawForm(CustomerForm):
    consent = forms.CharField(
        label=_("The customer's consent, in the customer's words"),
        help_text=_("Say when and how the customer agreed, and that nobody urged it."),
        widget=forms.Textarea(FEW_ROWS),
    )

    def commands(self) -> tuple[Command, ...]:
        return (Withdraw(consent=self.cleaned_data["consent"], way=self.cleaned_data["way"]),)


class CorrectForm(CustomerForm):
    """Only what is filled in changes. What is kept is not shown: it would have to be revealed first."""

    def offer_choices(self) -> None:
        super().offer_choices()
        for field, title in DETAIL_TITLES.items():
            self.fields[field] = forms.CharField(
                label=in_reader_language(title), max_length=200, required=False, widget=OFF
            )

    def details(self) -> Details:
        return Details(**{field: self.cleaned_data[field].strip() for field in DETAIL_TITLES})

    def commands(self) -> tuple[Command, ...]:
        return (CorrectContact(way=self.cleaned_data["way"]),)


class NoteForm(ActionForm):
    text = forms.CharField(label=_("Note"), widget=forms.Textarea(FEW_ROWS))

    def commands(self) -> tuple[Command, ...]:
        return (AddNote(text=self.cleaned_data["text"]),)
