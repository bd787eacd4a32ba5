"""Forms of the warnings room. They read what was typed; what may be done is decided by `insight.watching`."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

import msgspec
from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from shouwen.casework.rules import standing_policy
from shouwen.core.people import Person, Unit
from shouwen.core.policy_terms import Term
from shouwen.core.refusal import Refusal
from shouwen.core.watch_rules import MOST_DAYS, Per
from shouwen.desk.asking import AskingForm
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.insight.watching.models import FindingKind, WatchRule
from shouwen.insight.watching.rules import MOST_COUNT, Asked
from shouwen.insight.watching.series import PRODUCT_AXIS
from shouwen.insight.watching.warnings import LONGEST

ANY = [("", _("all"))]


def say(form: forms.Form, refusal: Refusal) -> None:
    """A refusal at the field at fault, or above the form; what was typed stays."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, in_reader_language(refusal.message))


def choose(form: forms.Form, field: str, choices: Sequence[Any]) -> None:
    wanted = form.fields[field]
    assert isinstance(wanted, forms.ChoiceField)
    wanted.choices = choices


class HandOverForm(AskingForm):
    to = forms.TypedChoiceField(label=_("To"), coerce=int)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea({"rows": 2}), max_length=LONGEST)

    def __init__(self, people: Sequence[Person], data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False, auto_id="hand_over_%s")
        choose(self, "to", [(person.id, person.name) for person in people])


class CloseForm(AskingForm):
    """结案."""

    finding = forms.ChoiceField(
        label=_("Finding of the warning"), choices=FindingKind.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("What was found"),
        help_text=_("The cause and what was done about it; what shows that it was chance or an error."),
        widget=forms.Textarea({"rows": 4}),
        max_length=LONGEST,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False, auto_id="close_%s")


def _whole(label: Any, low: int, high: int, initial: int) -> forms.IntegerField:
    """A number whose bounds stand beside it, in the same words when it is refused."""
    bounds = format_lazy(_("A whole number from {low} to {high}."), low=low, high=high)
    told = dict.fromkeys(("invalid", "min_value", "max_value"), bounds)
    return forms.IntegerField(
        label=label, help_text=bounds, min_value=low, max_value=high, initial=initial, error_messages=told
    )


class RuleForm(AskingForm):
    """监测规则 as it is written."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    count = _whole(_("So many complaints"), 2, MOST_COUNT, 3)
    days = _whole(_("Within so many working days"), 1, MOST_DAYS, 5)
    per = forms.ChoiceField(label=_("On one and the same"))
    unit = forms.TypedChoiceField(label=_("In the unit and below"), coerce=int)
    class_code = forms.ChoiceField(label=_("Class"), required=False)
    cause = forms.ChoiceField(label=_("Cause"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    product = forms.ChoiceField(label=_("Product"), required=False)
    word = forms.CharField(
        label=_("A word in the texts"),
        help_text=_("Complaints with this word in their texts only. No names and no numbers of customers."),
        max_length=40,
        required=False,
    )

    def __init__(self, units: Sequence[Unit], data: Any = None, held: WatchRule | None = None) -> None:
        initial = {name: getattr(held, name) for name in Asked.__struct_fields__} if held else {}
        super().__init__(data, use_required_attribute=False, initial={"key": held.key if held else uuid4(), **initial})
        shallowest = min((len(unit.line) for unit in units), default=0)
        policy = standing_policy()
        axis = next((each for each in policy.statistics if each.code == PRODUCT_AXIS), None)
        pers = [each for each in Per if each is not Per.PRODUCT or axis is not None]
        choose(self, "per", [(each.value, in_reader_language(each.label)) for each in pers])
        choose(self, "unit", [(unit.id, "　" * (len(unit.line) - shallowest) + unit.name) for unit in units])
        choose(self, "class_code", _terms(each for each in policy.classes if each.chosen))
        choose(self, "cause", _terms(policy.causes))
        choose(self, "channel", _terms(policy.channels))
        choose(self, "product", _terms(axis.categories if axis else ()))
        if axis is None:
            del self.fields["product"]

    @property
    def asked(self) -> Asked:
        return msgspec.convert({name: self.cleaned_data.get(name) or "" for name in Asked.__struct_fields__}, Asked)


def _terms(terms: Iterable[Term]) -> list[Any]:
    return [*ANY, *((each.code, in_reader_language(each.title)) for each in terms)]
