"""The questions of the four steps. Each form knows its own fields; what is typed is kept whether it is right or wrong."""

import re
from typing import Any
from unicodedata import normalize

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from shouwen.casework.rules import standing_policy
from shouwen.casework.vault import Details
from shouwen.portal.contact_fields import EmailField, NameField, PhoneField
from shouwen.portal.words import here

STATEMENT_LENGTH = 10_000
WISH_LENGTH = 2_000
PHONE = re.compile(r"\+?[0-9][0-9 \-()]{5,22}[0-9]")
LEAST_PASSPHRASE = 6


class Question(forms.Form):
    """One question. The browser checks nothing, so that every sentence is ours, in the customer's language."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)

    def shown(self, field: str) -> str:
        """What the field says, as the customer will see it again."""
        return str(self.cleaned_data.get(field, ""))


class KindForm(Question):
    kind = forms.ChoiceField(
        label=_("What would you like to tell us?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three."), "invalid_choice": _("Choose one of the three.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind.code, here(kind.title)) for kind in standing_policy().kinds]


class StoryForm(Question):
    statement = forms.CharField(
        label=_("What happened?"),
        help_text=_(
            "When, where, who, and what you were told. Leave out passwords and card numbers that do not matter."
        ),
        max_length=STATEMENT_LENGTH,
        widget=forms.Textarea({"rows": 9, "autocomplete": "off"}),
        error_messages={
            "required": _("Tell us what happened. A few sentences are enough."),
            "max_length": _("This is longer than 10,000 characters. Shorten it, or add it as a file in the next step."),
        },
    )


class PlaceForm(Question):
    place = forms.CharField(
        label=_("Which branch or outlet is it about?"),
        help_text=_("Its name, or the street it is in."),
        required=False,
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off", "list": "places"}),
        error_messages={"max_length": _("Use at most 100 characters here; tell the rest in your account.")},
    )
    wish = forms.CharField(
        label=_("What would put it right for you?"),
        help_text=_("An explanation, an apology, a correction, your money back…"),
        required=False,
        max_length=WISH_LENGTH,
        widget=forms.Textarea({"rows": 4, "autocomplete": "off"}),
        error_messages={"max_length": _("Use at most 2,000 characters here.")},
    )


class ContactForm(Question):
    """A name and a way to answer, or neither. What is typed on the other side of the choice is not sent."""

    anonymous = forms.ChoiceField(
        label=_("May we know who you are?"),
        choices=[("no", _("Yes, you may write or call me")), ("yes", _("No, I stay anonymous"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two."), "invalid_choice": _("Choose one of the two.")},
    )
    name = NameField()
    phone = PhoneField(_("Phone"))
    email = EmailField(_("E-mail"))
    passphrase = forms.CharField(
        label=_("A passphrase, if you like"),
        help_text=_(
            "With it only you read our answer and can add to it later. Without it, whoever has the tracking code can read the answer, and nobody can add anything. We cannot find it again for you."
        ),
        required=False,
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    @property
    def is_anonymous(self) -> bool:
        return bool(self.cleaned_data.get("anonymous") == "yes")

    def clean_phone(self) -> str:
        return cleaned_phone(self.cleaned_data["phone"]) if self.data.get("anonymous") != "yes" else ""

    def clean_email(self) -> str:
        return cleaned_email(self.cleaned_data["email"]) if self.data.get("anonymous") != "yes" else ""

    def clean_passphrase(self) -> str:
        words = str(self.cleaned_data["passphrase"]).strip()
        if self.data.get("anonymous") == "yes" and words and len(words) < LEAST_PASSPHRASE:
            raise forms.ValidationError(_("Use at least 6 characters, or leave it empty."))
        return words

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("anonymous") == "no":
            if not given.get("name") and "name" not in self.errors:
                self.add_error("name", _("Tell us your name, so that we know whom to ask for. Or stay anonymous."))
            if not (given.get("phone") or given.get("email")) and not {"phone", "email"} & set(self.errors):
                self.add_error("phone", _("Give a phone number or an e-mail address, so that we can answer you."))
        return given

    def details(self) -> Details:
        if self.is_anonymous:
            return Details()
        return Details(**{field: self.cleaned_data[field] for field in ("name", "phone", "email")})


def cleaned_phone(typed: str) -> str:
    phone = normalize("NFKC", typed).strip()
    if phone and not PHONE.fullmatch(phone):
        raise forms.ValidationError(_("This does not look like a phone number. Example: 13800001234"))
    return phone


def cleaned_email(typed: str) -> str:
    email = normalize("NFKC", typed).strip()
    if not email:
        return ""
    try:
        validate_email(email)
    except forms.ValidationError as error:
        raise forms.ValidationError(
            _("This does not look like an e-mail address. Example: name@mail.example")
        ) from error
    return email
