"""The two forms of a call: the caller's number, and the registration with classes by number keys."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwen.core.people import Actor
from shouwen.core.policy import Policy
from shouwen.desk.asking import AskingForm
from shouwen.desk.registration.forms import RegisterForm
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.intake import hotline

HIDDEN = ("key", "draft", "kind", "received_at")


class CallForm(AskingForm):
    """来电. The telephone system sends the same fields."""

    number = forms.CharField(
        label=_("Caller's number"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "off", "autofocus": True}),
    )
    call_id = forms.CharField(
        label=_("Call id"), max_length=64, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    recording = forms.CharField(
        label=_("Recording"), max_length=200, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)


class HotlineForm(RegisterForm):
    """登记 during a call: the same questions, those that the call answers out of sight."""

    def __init__(self, policy: Policy, actor: Actor, data: Any = None, start: Any = None) -> None:
        super().__init__(policy.channel(hotline.CODE), policy, actor, data=data, start=start)
        for name in HIDDEN:
            self.fields[name].widget = self.fields[name].hidden_widget()
        classes = [
            (each.code, f"{place} {in_reader_language(each.title)}")
            for place, each in enumerate(policy.given_classes, start=1)
        ]
        self.fields["class_"] = forms.ChoiceField(
            label=_("Class"),
            help_text=_("Press its number."),
            choices=classes,
            required=False,
            widget=forms.RadioSelect({"class": "number-keys"}),
        )
        self.fields["name"].widget.attrs["autofocus"] = True
        self.fields["statement"].widget.attrs["rows"] = 5
