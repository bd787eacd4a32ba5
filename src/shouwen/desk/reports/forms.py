"""Form of the reports room. It reads what was typed; what may be ordered is decided by `insight.reporting.schedules`."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shouwen.core.people import Unit
from shouwen.desk.asking import AskingForm
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.insight.reporting.models import Rhythm
from shouwen.insight.reporting.report import KIND_TITLES
from shouwen.insight.reporting.rhythms import stretch
from shouwen.insight.reporting.schedules import RECIPIENTS, USUAL_DUTY, USUAL_RHYTHM
from shouwen.organisation.calendar import working_calendar


def this_month() -> date:
    return stretch(USUAL_RHYTHM, working_calendar().local_date(timezone.now())).first


class OrderForm(AskingForm):
    """定期报送; it begins with what the hotline owes the union."""

    kind = forms.ChoiceField(label=_("Report"))
    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm.choices, initial=USUAL_RHYTHM)
    duty = forms.ChoiceField(label=_("For whom"), initial=USUAL_DUTY.value)
    since = forms.DateField(
        label=_("From the period of this day on"),
        help_text=_("Periods that are over already are drawn up as well."),
        initial=this_month,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, units: Sequence[Unit], data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)
        shallowest = min((len(unit.line) for unit in units), default=0)
        self._choose("kind", [(kind.value, in_reader_language(title)) for kind, title in KIND_TITLES.items()])
        self._choose("unit", [(unit.id, "　" * (len(unit.line) - shallowest) + unit.name) for unit in units])
        self._choose("duty", [(duty.value, in_reader_language(duty.label)) for duty in RECIPIENTS])

    def _choose(self, field: str, choices: list[Any]) -> None:
        wanted = self.fields[field]
        assert isinstance(wanted, forms.ChoiceField)
        wanted.choices = choices
