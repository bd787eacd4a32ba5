"""操作表单: one form for each thing a person may do; each turns what was typed into commands of the core."""

import re
from collections.abc import Container
from typing import Any
from uuid import uuid4

import msgspec
from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shouwen.casework import beside, drafts
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
from shouwen.core.complaint.signing import SignReply, is_reserved
from shouwen.core.complaint.state import Draft
from shouwen.core.complaint.verbs import through
from shouwen.core.duties import CASEWORKERS, Action, Duty, may
from shouwen.core.people import Actor, Person, Unit
from shouwen.core.policy import Policy
from shouwen.core.policy_terms import LetterKind, Term
from shouwen.core.reply import is_word_for_nothing
from shouwen.desk.asking import AskingForm
from shouwen.desk.case.units import UNIT_INPUT, UnitField
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

NOTHING_CHOSEN = ("", "—")
FEW_ROWS = {"rows": 3}
MANY_ROWS = {"rows": 6}
OFF = forms.TextInput({"autocomplete": "off"})


class Matter(msgspec.Struct, frozen=True):
    """What a form is about: the complaint, its rules, and who acts; of a duplicate or a member of a group also the master."""

    complaint: Complaint
    policy: Policy
    actor: Actor
    master: Complaint | None = None

    def may(self, action: Action) -> bool:
        if may(self.actor, action, self.complaint):
            return True
        return bool(
            self.complaint.merged_into
            and self.master is not None
            and may(self.actor, action, through(self.complaint, self.master))
        )


class ActionForm(AskingForm):
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
    exception = forms.CharField(
        label=_("Why the same level handles a repeat"),
        help_text=_("Only where it does not go to a higher level."),
        widget=forms.Textarea({"rows": 2}),
        required=False,
    )

    def start(self) -> dict[str, Any]:
        """The department that the class goes to, else the unit complained about; nothing again after it was sent back."""
        complaint = self.matter.complaint
        if complaint.sent_back:
            return {}
        above = _above_the_first(self.matter)
        if above is not None:
            return {"unit": above}
        return {
            "unit": unit_to_dispatch_to(
                self.matter.policy, complaint.class_, complaint.unit_about, complaint.receiving_unit
            )
        }

    def offer_choices(self) -> None:
        """The exception is asked of who may grant it, where there is one to grant."""
        if _above_the_first(self.matter) is None or not may(self.matter.actor, Action.OVERRIDE, self.matter.complaint):
            del self.fields["exception"]

    def commands(self) -> tuple[Command, ...]:
        asked = {field: self.cleaned_data.get(field, "") for field in ("instruction", "exception")}
        return (Dispatch(unit=self.cleaned_data["unit"], **asked),)


def _above_the_first(matter: Matter) -> int | None:
    """再次投诉: the institution above the one that handled the first complaint, where the pack wants a higher level."""
    firsts = [before.unit for before in matter.complaint.handled_before if before.unit is not None]
    return None if matter.complaint.secret else unit_above(matter.policy, firsts)


def unit_above(policy: Policy, firsts: list[int]) -> int | None:
    """The institution above the last of these units, where the pack sends a repeat higher."""
    if not firsts or not policy.repeat.higher_level:
        return None
    people = directory()
    first = people.unit(firsts[-1])
    institution = people.unit(first.institution_id) if first else None
    return institution.parent_id if institution else None


def unit_above_earlier(policy: Policy, numbers: tuple[str, ...]) -> int | None:
    """The same, of earlier complaints that a registration is about to link."""
    known = beside.on_record(numbers).values()
    return unit_above(policy, [each.complaint.handling_unit for each in known if each.worked])


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


def units_near(complaint: Complaint) -> list[Unit]:
    """The handling unit, the units above it, and where the complaint came in."""
    people = directory()
    unit, receiving = people.unit(complaint.handling_unit), people.unit(complaint.receiving_unit)
    line = [people.unit(unit_id) for unit_id in reversed(unit.line if unit else ())]
    near = [*line, receiving] if receiving and receiving not in line else line
    return [each for each in near if each]


def takers(unit: Unit, left_out: Container[int | None]) -> tuple[str, list[tuple[int, str]]]:
    """Who of a unit could take a complaint on today, with their duties, as a group of choices."""
    people, today = directory(), working_calendar().local_date(timezone.now())
    return unit.name, [
        (person.id, _said(person, duties, is_absent=people.is_absent(person.id, today)))
        for person in people.people_of(unit.id)
        if person.id not in left_out and (duties := people.duties_of(person.id, today) & CASEWORKERS)
    ]


def _said(person: Person, duties: frozenset[Duty], *, is_absent: bool) -> str:
    held = "、".join(in_reader_language(duty.label) for duty in Duty if duty in duties)
    return f"{person.name} · {held}" + (f"（{_('absent today')}）" if is_absent else "")


class HandOverForm(ReasonForm):
    to = forms.TypedChoiceField(label=_("To"), coerce=int)
    field_order = ("to", "reason")

    def offer_choices(self) -> None:
        """Who may sign for it: people with a casework duty at the handling unit, the units above it, and where it came in."""
        complaint = self.matter.complaint
        left_out = complaint.kept_out | {complaint.responsible}
        self.choose("to", [group for unit in units_near(complaint) if (group := takers(unit, left_out))[1]])

    def commands(self) -> tuple[Command, ...]:
        return (HandOver(to=self.cleaned_data["to"], reason=self.cleaned_data["reason"]),)


class InvestigateForm(ActionForm):
    facts = forms.CharField(label=_("Findings"), widget=forms.Textarea(MANY_ROWS))
    cause = forms.ChoiceField(label=_("Cause"))
    liability = forms.ChoiceField(label=_("Liability"))
    evidence = forms.CharField(
        label=_("Evidence, where it is not ours"),
        help_text=_("What shows it; or attach a file."),
        widget=forms.Textarea(FEW_ROWS),
        required=False,
    )
    right_body = forms.CharField(
        label=_("Whom the customer is to turn to, where it is not ours"),
        help_text=_("The reply names it. Where there is nobody else, write “none”."),
        max_length=200,
        widget=OFF,
        required=False,
    )

    def start(self) -> dict[str, Any]:
        findings = self.matter.complaint.findings
        return msgspec.structs.asdict(findings) if findings else {}

    def offer_choices(self) -> None:
        self.choose("cause", titled(self.matter.policy.causes))
        self.choose("liability", titled(self.matter.policy.liabilities))

    def commands(self) -> tuple[Command, ...]:
        asked = {field: self.cleaned_data[field] for field in Investigate.__struct_fields__}
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
        shared = self.matter.master.draft if complaint.group_of and self.matter.master else None
        if complaint.draft:
            return {**msgspec.structs.asdict(complaint.draft.elements), "letter": complaint.draft.letter}
        written = {
            "letter": self._turn_to(),
            "facts": complaint.findings.facts if complaint.findings else "",
        }
        own = {
            "handled_at": timezone.localtime(),
            "handler": actor.person.name if actor.person else "",
            "phone": actor.person.phone if actor.person else "",
        }
        return {**(_without_names(shared) if shared else written), **own}

    def _turn_to(self) -> str:
        """非我方责任: the sentence that the letter needs, to be written on."""
        findings, policy = self.matter.complaint.findings, self.matter.policy
        if findings is None or not findings.right_body or is_word_for_nothing(findings.right_body, policy):
            return ""
        return f"经核实，您反映的事项由{findings.right_body}负责，您可以向其反映；需要我们协助联系的，请告诉我们。"

    def offer_choices(self) -> None:
        self.choose("satisfaction", titled(self.matter.policy.satisfaction.verdicts))
        wanted = [each for each in self.matter.policy.letter_contents(LetterKind.REPLY) if each.text is None]
        if wanted:
            titles = gettext("; ").join(in_reader_language(each.title) for each in wanted)
            self.fields["letter"].help_text = gettext("The rules want it to say: %(contents)s.") % {"contents": titles}

    def commands(self) -> tuple[Command, ...]:
        asked = {field: self.cleaned_data[field] for field in DraftReply.__struct_fields__}
        return (DraftReply(**asked),)


PLACEHOLDER = re.compile("〔[^〕]*〕")
BLANK = "＿＿"


def _without_names(draft: Draft) -> dict[str, Any]:
    """群体投诉: the draft of the master for one of its members, with a blank where another customer's data stood."""
    fields = {**msgspec.structs.asdict(draft.elements), "letter": draft.letter}
    return {
        field: PLACEHOLDER.sub(BLANK, value) if isinstance(value, str) else value for field, value in fields.items()
    }


class CheckForm(ActionForm):
    passed = forms.TypedChoiceField(
        label=_("Result"),
        choices=[("yes", _("The reply is right")), ("no", _("Return it to the writer"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    opinion = forms.CharField(label=_("Opinion"), widget=forms.Textarea(FEW_ROWS), required=False)

    def offer_choices(self) -> None:
        if is_reserved(self.matter.complaint, self.matter.policy) and self.matter.may(Action.SIGN_REPLY):
            self.fields["passed"].help_text = _("The rules reserve this reply. If you find it right, you sign it too.")

    def commands(self) -> tuple[Command, ...]:
        return (CheckReply(passed=self.cleaned_data["passed"], opinion=self.cleaned_data["opinion"]),)


class SignReplyForm(ActionForm):
    passed = forms.TypedChoiceField(
        label=_("Your decision"),
        choices=[("yes", _("I sign the reply")), ("no", _("Return it to the writer"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    opinion = forms.CharField(label=_("Opinion"), widget=forms.Textarea(FEW_ROWS), required=False)

    def commands(self) -> tuple[Command, ...]:
        return (SignReply(passed=self.cleaned_data["passed"], opinion=self.cleaned_data["opinion"]),)


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
    dispute_outcome = forms.ChoiceField(label=_("Outcome of the dispute"))
    summary = forms.CharField(label=_("Summary"), widget=forms.Textarea(FEW_ROWS), required=False)

    def offer_choices(self) -> None:
        """双赢: who won is asked where there was a dispute."""
        if self.matter.complaint.dispute is None:
            del self.fields["dispute_outcome"]
        else:
            self.choose("dispute_outcome", titled(self.matter.policy.dispute_outcomes))

    def commands(self) -> tuple[Command, ...]:
        outcome = self.cleaned_data.get("dispute_outcome", "")
        return (Close(summary=self.cleaned_data["summary"], dispute_outcome=outcome),)


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
