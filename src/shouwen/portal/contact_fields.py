"""联系方式: the fields in which a customer types name, phone and e-mail address, when filing and when correcting them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class NameField(forms.CharField):
    def __init__(self) -> None:
        widget = forms.TextInput({"autocomplete": "name"})
        super().__init__(label=_("Your name"), required=False, max_length=100, widget=widget)


class PhoneField(forms.CharField):
    def __init__(self, label: Any) -> None:
        widget = forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"})
        super().__init__(label=label, required=False, max_length=30, widget=widget)


class EmailField(forms.CharField):
    """Checked by the form, in words for customers."""

    def __init__(self, label: Any) -> None:
        widget = forms.TextInput({"type": "email", "autocomplete": "email", "inputmode": "email"})
        super().__init__(label=label, required=False, max_length=150, widget=widget)
