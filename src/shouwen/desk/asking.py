"""What every form of the desk has in common: a field left empty is named in its own sentence, 请填写“投诉内容”."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import pretty_name
from django.utils.translation import gettext as _


class AskingForm(forms.Form):
    """Names what was left empty, as it is found: the sentences are not composed for a form that is complete."""

    def add_error(self, field: str | None, error: Any) -> None:
        if field in self.fields and isinstance(error, ValidationError) and getattr(error, "code", "") == "required":
            error = ValidationError(self._left_empty(str(field)), code="required")
        super().add_error(field, error)

    def _left_empty(self, name: str) -> str:
        field = self.fields[name]
        sentence = _("Choose “%(label)s”.") if isinstance(field, forms.ChoiceField) else _("Fill in “%(label)s”.")
        return sentence % {"label": field.label or pretty_name(name)}
