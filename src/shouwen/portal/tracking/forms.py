"""What a customer can do on the own page, as forms. The core refuses what the rules do not allow; these only ask."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwen.casework.rules import policy_of
from shouwen.casework.vault import Details
from shouwen.core.complaint import Command, Complaint
from shouwen.core.complaint.answering import Measure
from shouwen.core.complaint.customer import AddStatement, AskReview, CorrectContact, Withdraw
from shouwen.portal.contact_fields import EmailField, NameField, PhoneField
from shouwen.portal.filing.forms import Question, cleaned_email, cleaned_phone
from shouwen.portal.words import here

WAY = "portal"
TEXT_LENGTH = 10_000
TOO_LONG = _("This is longer than 10,000 characters. Shorten it, or add it as a file.")


def words_field(label: Any, missing: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea({"rows": 6, "autocomplete": "off"}),
        error_messages={"required": missing, "max_length": TOO_LONG},
    )


class CodeForm(Question):
    code = forms.CharField(
        label=_("Tracking code"),
        help_text=_("12 characters, on your receipt. Small letters, blanks and hyphens do not matter."),
        max_length=60,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "inputmode": "text"}
        ),
        error_messages={"required": _("Enter the 12 characters of your tracking code.")},
    )


class FactorForm(Question):
    factor = forms.CharField(
        label=_("Last four digits of your phone number, or your e-mail address"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Enter it, so that we know it is you.")},
    )

    def __init__(self, factor: str, data: Any = None) -> None:
        super().__init__(data)
        if factor == "passphrase":
            self.fields["factor"].label = _("The passphrase that you chose")


class Deed(Question):
    """Something that the customer does to the complaint; `key` makes a repeated sending harmless."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, complaint: Complaint, data: Any = None) -> None:
        super().__init__(data)
        self.complaint = complaint
        self.initial = {"key": str(uuid4())}

    def command(self) -> Command:
        raise NotImplementedError

    def details(self) -> Details | None:
        return None


class AddForm(Deed):
    text = words_field(_("What would you like to add?"), _("Write what you would like to add."))

    def __init__(self, complaint: Complaint, data: Any = None, *, with_files: bool = False) -> None:
        super().__init__(complaint, data)
        self.fields["text"].required = not with_files

    def command(self) -> AddStatement:
        return AddStatement(text=self.cleaned_data["text"], way=WAY)


class ContactForm(Deed):
    """What is left empty stays as it is: nothing that we hold is shown here."""

    name = NameField()
    phone = PhoneField(_("New phone number"))
    email = EmailField(_("New e-mail address"))

    def clean_phone(self) -> str:
        return cleaned_phone(self.cleaned_data["phone"])

    def clean_email(self) -> str:
        return cleaned_email(self.cleaned_data["email"])

    def details(self) -> Details:
        return Details(**{field: self.cleaned_data[field] for field in ("name", "phone", "email")})

    def command(self) -> CorrectContact:
        return CorrectContact(way=WAY)


class WithdrawForm(Deed):
    consent = words_field(_("Why do you take it back?"), _("Write it in your own words; one sentence is enough."))

    def command(self) -> Withdraw:
        return Withdraw(consent=self.cleaned_data["consent"], way=WAY)


class ReviewForm(Deed):
    reason = words_field(_("Why do you not accept the answer?"), _("Write what is wrong with the answer."))

    def command(self) -> AskReview:
        return AskReview(reason=self.cleaned_data["reason"], way=WAY)


class SurveyForm(Deed):
    """Expectation and perception on the pack's scales, each a face with its words, and whatever the customer wants to say."""

    CHOOSE = {"required": _("Choose one of the five."), "invalid_choice": _("Choose one of the five.")}
    expectation = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect, error_messages=CHOOSE)
    perception = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect, error_messages=CHOOSE)
    remark = forms.CharField(
        label=_("Anything else you want to tell us?"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea({"rows": 4, "autocomplete": "off"}),
        error_messages={"max_length": _("Use at most 2,000 characters here.")},
    )

    def __init__(self, complaint: Complaint, data: Any = None) -> None:
        super().__init__(complaint, data)
        rule = policy_of(complaint.policy).satisfaction
        questions = (
            ("expectation", rule.expectation, rule.expectation_question),
            ("perception", rule.perception, rule.perception_question),
        )
        for name, scale, question in questions:
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = [(level.value, here(level.title)) for level in scale]
            field.label = here(question)

    def command(self) -> Measure:
        asked = self.cleaned_data
        return Measure(expectation=asked["expectation"], perception=asked["perception"], remark=asked["remark"])
