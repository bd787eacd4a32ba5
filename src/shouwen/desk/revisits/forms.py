"""Forms of the revisits room. They read what was typed; what may be done is decided by `oversight.revisits` and the core."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwen.core.complaint.revisiting import DISSATISFIED, SATISFIED, UNREACHED
from shouwen.core.people import Unit
from shouwen.core.refusal import Refusal
from shouwen.core.sampling import SampleSize
from shouwen.desk.asking import AskingForm
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.oversight.models import Period
from shouwen.oversight.revisits import CALLERS

PERIODS = ((Period.QUARTER.value, _("each quarter")), (Period.MONTH.value, _("each month")))
MOST_DRAWN = 1000


def say(form: forms.Form, refusal: Refusal) -> None:
    """A refusal at the field at fault, or above the form; what was typed stays."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, in_reader_language(refusal.message))


class PlanForm(AskingForm):
    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    period = forms.ChoiceField(label=_("How often"), choices=PERIODS)
    percent = forms.IntegerField(
        label=_("Share of the closed complaints, in percent"), min_value=1, max_value=100, required=False
    )
    count = forms.IntegerField(label=_("Or a number of complaints"), min_value=1, max_value=MOST_DRAWN, required=False)
    duty = forms.ChoiceField(label=_("Who calls"))

    def __init__(self, units: Sequence[Unit], data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)
        shallowest = min((len(unit.line) for unit in units), default=0)
        self._choose("unit", [(unit.id, "　" * (len(unit.line) - shallowest) + unit.name) for unit in units])
        self._choose("duty", [(duty.value, in_reader_language(duty.label)) for duty in CALLERS])

    def _choose(self, field: str, choices: list[Any]) -> None:
        wanted = self.fields[field]
        assert isinstance(wanted, forms.ChoiceField)
        wanted.choices = choices

    @property
    def size(self) -> SampleSize:
        return SampleSize(self.cleaned_data["percent"], self.cleaned_data["count"])


class ResultForm(AskingForm):
    """回访结果: one choice for what came of the call."""

    result = forms.ChoiceField(label=_("Result of the call"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("The customer's words, or how it was tried"),
        help_text=_("Needed unless the customer is satisfied."),
        widget=forms.Textarea({"rows": 4}),
        max_length=5000,
        required=False,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)
        result = self.fields["result"]
        assert isinstance(result, forms.ChoiceField)
        result.choices = [
            ("satisfied", in_reader_language(SATISFIED)),
            ("dissatisfied", in_reader_language(DISSATISFIED)),
            ("unreached", in_reader_language(UNREACHED)),
        ]

    @property
    def reached(self) -> bool:
        return bool(self.cleaned_data["result"] != "unreached")

    @property
    def satisfied(self) -> bool | None:
        return bool(self.cleaned_data["result"] == "satisfied") if self.reached else None
