"""登记表: what the channel needs and no more, made from the pack's declarations (mission A1, A2)."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shouwen.casework.vault import DETAIL_TITLES, Details
from shouwen.core.channel import Channel
from shouwen.core.complaint.receiving import Register
from shouwen.core.people import Actor
from shouwen.core.policy import Policy
from shouwen.core.policy_terms import Fact, FactType
from shouwen.core.refusal import Refusal
from shouwen.desk.asking import AskingForm
from shouwen.desk.case.forms import class_choices, titled
from shouwen.desk.case.units import UNIT_INPUT, UnitField
from shouwen.desk.registration.doubts import Doubt, doubts_about
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.organisation.directory import directory
from shouwen.organisation.models import Staff

FACT = "fact_"
LOCAL = "%Y-%m-%dT%H:%M"
INPUT_TYPES = {
    FactType.NUMBER: {"inputmode": "numeric"},
    FactType.DATE: {"type": "date"},
    FactType.DATETIME: {"type": "datetime-local"},
    FactType.URL: {"type": "url"},
    FactType.TEXT: {},
}
CONTACT_INPUTS = {"phone": {"type": "tel"}, "email": {"type": "email"}}


class RegisterForm(AskingForm):
    """登记. Fields for the complainant and for the channel's own facts are added for the channel that is chosen."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    draft = forms.UUIDField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("Kind"))
    received_at = forms.DateTimeField(
        label=_("Received at"), widget=forms.DateTimeInput({"type": "datetime-local"}, format=LOCAL)
    )
    receiving_unit = forms.TypedChoiceField(label=_("Receiving unit"), coerce=int)
    anonymous = forms.BooleanField(label=_("The customer wants to stay anonymous"), required=False)
    subject = forms.CharField(label=_("Title"), max_length=200)
    statement = forms.CharField(label=_("What the customer said"), widget=forms.Textarea({"rows": 8}))
    wish = forms.CharField(label=_("What the customer wants"), widget=forms.Textarea({"rows": 2}), required=False)
    class_ = forms.ChoiceField(label=_("Class"), required=False)
    unit_about = UnitField(
        label=_("Unit complained about"), max_length=200, required=False, widget=forms.TextInput(UNIT_INPUT)
    )
    employee_about = forms.CharField(
        label=_("Employee complained about"), help_text=_("Employee number"), max_length=40, required=False
    )
    dispatch_to = UnitField(
        label=_("Dispatch to"),
        help_text=_("Empty: the unit complained about"),
        max_length=200,
        required=False,
        widget=forms.TextInput(UNIT_INPUT),
    )

    def __init__(
        self, channel: Channel, policy: Policy, actor: Actor, data: Any = None, start: Any = None, do: str = ""
    ) -> None:
        """`do` is what is wanted beyond registering: accept, or dispatch as well."""
        self.channel = channel
        self.do = do
        first = {"key": str(uuid4()), "received_at": timezone.localtime(), "kind": "complaint", **(start or {})}
        super().__init__(data, initial=first, use_required_attribute=False)
        for need in channel.contact:
            self.fields[need.field.value] = forms.CharField(
                label=in_reader_language(DETAIL_TITLES[need.field.value]),
                max_length=200,
                required=False,
                widget=forms.TextInput({"autocomplete": "off", **CONTACT_INPUTS.get(need.field.value, {})}),
            )
            # Asked for, and yet not required of a customer who stays anonymous: the mark alone.
            self.fields[need.field.value].needed = need.required  # type: ignore[attr-defined]
        for fact in channel.facts:
            self.fields[f"{FACT}{fact.code}"] = fact_field(fact)
        self._choices("kind", titled(policy.kinds))
        self._choices("class_", [("", _("Not yet")), *class_choices(policy)])
        self._choices("receiving_unit", receiving_units(actor))

    def _choices(self, field: str, choices: list[Any]) -> None:
        wanted = self.fields[field]
        assert isinstance(wanted, forms.ChoiceField)
        wanted.choices = choices
        if field == "receiving_unit" and len(choices) == 1:
            self.initial.setdefault(field, choices[0][0])
            wanted.widget = forms.HiddenInput()

    @property
    def contact_fields(self) -> list[Any]:
        return [self[need.field.value] for need in self.channel.contact]

    @property
    def fact_fields(self) -> list[Any]:
        return [self[f"{FACT}{fact.code}"] for fact in self.channel.facts]

    def clean_employee_about(self) -> int | None:
        number = self.cleaned_data["employee_about"].strip()
        if not number:
            return None
        staff = Staff.objects.filter(employee_no=number).values_list("id", flat=True).first()
        if staff is None:
            raise forms.ValidationError(_("There is no such employee number. Leave it empty if you do not know it."))
        return staff

    def clean(self) -> dict[str, Any] | None:
        """All that is missing at once: the rules of the core would name one thing after the other."""
        asked = super().clean()
        if self.do in ("accept", "dispatch") and not self.cleaned_data.get("class_") and "class_" not in self.errors:
            self.add_error("class_", _("Classify the complaint before you accept it: the class sets the time limit."))
        wanted = ("dispatch_to", "unit_about")
        if self.do == "dispatch" and not any(self.cleaned_data.get(field) or field in self.errors for field in wanted):
            self.add_error("dispatch_to", _("Choose the unit to dispatch to, or the unit complained about."))
        try:
            self.channel.require_contact(self.details().given, anonymous=bool(self.cleaned_data.get("anonymous")))
        except Refusal as refusal:
            self.add_error(refusal.field, in_reader_language(refusal.message))
        return asked

    def doubts(self) -> list[Doubt]:
        """What is probably mistyped. Called on a valid form."""
        details = self.details()
        return doubts_about(
            phone=details.phone,
            id_number=details.id_number,
            card_number=details.card_number,
            received_at=self.cleaned_data["received_at"],
            now=timezone.now(),
        )

    def details(self) -> Details:
        """The complainant's personal data, for the sealed record only."""
        given = {need.field.value: self.cleaned_data.get(need.field.value, "") for need in self.channel.contact}
        return Details(**{field: value.strip() for field, value in given.items() if value.strip()})

    def refuse(self, refusal: Refusal, *, unit: str) -> None:
        """Say it at the field that it is about: a fact of the channel, or `unit` for the unit that it would go to."""
        names = [refusal.field, f"{FACT}{refusal.field}", unit if refusal.field == "unit" else ""]
        self.add_error(next((name for name in names if name in self.fields), None), in_reader_language(refusal.message))

    def command(self, earlier: tuple[str, ...]) -> Register:
        asked = self.cleaned_data
        facts = {fact.code: asked.get(f"{FACT}{fact.code}", "") for fact in self.channel.facts}
        return Register(
            channel=self.channel.code,
            channel_facts={code: value for code, value in facts.items() if value != ""},
            kind=asked["kind"],
            received_at=received(asked["received_at"]),
            receiving_unit=asked["receiving_unit"],
            anonymous=asked["anonymous"],
            subject=asked["subject"],
            statement=asked["statement"],
            wish=asked["wish"],
            class_=asked["class_"],
            unit_about=asked["unit_about"],
            employee_about=asked["employee_about"],
            earlier=earlier,
        )


def received(moment: datetime) -> datetime:
    """The minute that was typed; the present minute is never in the future."""
    return min(moment, timezone.now()) if moment.replace(second=0) == timezone.now().replace(second=0) else moment


def fact_field(fact: Fact) -> forms.Field:
    """One of the channel's own facts. The core checks its value; the field only asks for it in the fitting way."""
    label = in_reader_language(fact.title)
    hint = in_reader_language(fact.hint)
    if fact.type is FactType.CHOICE:
        choices = [("", "—"), *((choice.code, in_reader_language(choice.title)) for choice in fact.choices)]
        return forms.ChoiceField(label=label, help_text=hint, choices=choices, required=fact.required)
    attributes = {"autocomplete": "off", **INPUT_TYPES[fact.type]}
    if fact.type is FactType.TEXT and fact.max_length > 200:
        widget: forms.Widget = forms.Textarea({"rows": 3})
    else:
        widget = forms.TextInput(attributes)
    return forms.CharField(
        label=label, help_text=hint, required=fact.required, max_length=max(fact.max_length, 40), widget=widget
    )


def receiving_units(actor: Actor) -> list[tuple[int, str]]:
    """The units where this person holds a post; the complaint is received at one of them."""
    units = [directory().unit(unit_id) for unit_id in dict.fromkeys(post.unit_id for post in actor.posts)]
    return [(unit.id, unit.name) for unit in units if unit]
