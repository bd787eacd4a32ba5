"""Forms of the appraisal room. They read what was typed; what may be done is decided by `oversight.appraisal`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwen.desk.asking import AskingForm
from shouwen.oversight.appraisal import LONGEST


class ObjectionForm(AskingForm):
    reason = forms.CharField(
        label=_("Why the item does not hold"),
        help_text=_("Name what shows it. Write no customer's name or number: they are masked."),
        widget=forms.Textarea({"rows": 5}),
        max_length=LONGEST,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)


class DecisionForm(AskingForm):
    upheld = forms.TypedChoiceField(
        label=_("Decision on the objection"),
        choices=[("yes", _("The objection holds: correct the sheet")), ("no", _("The item stands"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label=_("Reason of the decision"), widget=forms.Textarea({"rows": 4}), max_length=LONGEST)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)
