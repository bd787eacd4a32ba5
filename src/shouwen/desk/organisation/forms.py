"""Forms of the organisation room. They read what was typed; what may be done is decided by `shouwen.organisation`."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from shouwen.core.duties import Duty
from shouwen.core.people import KIND_TITLES, UnitKind
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.desk.asking import AskingForm
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.organisation.models import Staff, Unit

CODE = RegexValidator(r"^[0-9A-Za-z_-]+$", _("Use letters, digits, “-” and “_” only."))


def refuse(form: forms.Form, refusal: Refusal) -> None:
    """Say a refusal at the field at fault, or above the form; what was typed stays."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, in_reader_language(refusal.message))


class DateField(forms.DateField):
    """A day of the bank's zone."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, **options)


class UnitField(forms.CharField):
    """A unit, typed as its code or its whole name; the page offers the units in a list."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=100, widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}), **options
        )

    def to_python(self, value: Any) -> Any:
        words = super().to_python(value)
        if not words:
            return None
        found = Unit.objects.filter(code=words.split()[0]).first()
        named = [] if found else list(Unit.objects.filter(name=words, closed_on=None)[:2])
        if found is None and len(named) != 1:
            raise forms.ValidationError(
                _("No unit has this code or name. Type the unit code, or choose from the list.")
            )
        return found or named[0]

    def validate(self, value: Any) -> None:
        if self.required and value is None:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        return


class StaffField(forms.CharField):
    """A member of staff, typed as the employee number, or as the name where only one active person has it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=100, widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}), **options
        )

    def to_python(self, value: Any) -> Any:
        words = super().to_python(value)
        if not words:
            return None
        found = Staff.objects.filter(employee_no=words.split()[0]).first()
        named = [] if found else list(Staff.objects.filter(name=words, is_active=True)[:2])
        if len(named) > 1:
            raise forms.ValidationError(_("Several people have this name. Type the employee number."))
        if found is None and not named:
            raise forms.ValidationError(
                _("Nobody has this employee number or name. Check it, or choose from the list.")
            )
        return found or named[0]

    def validate(self, value: Any) -> None:
        if self.required and value is None:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        return


class UnitForm(AskingForm):
    code = forms.CharField(label=_("Unit code"), max_length=32, validators=[CODE])
    name = forms.CharField(label=_("Unit name"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind of unit"))
    parent = UnitField(
        label=_("Belongs to"), required=False, help_text=_("Unit code or name. Empty for the head office alone.")
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    phone = forms.CharField(label=_("Office phone"), max_length=40, required=False)
    opened_on = DateField(label=_("Opened on"), required=False)

    def __init__(self, *args: Any, placed: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "kind", {kind: KIND_TITLES[kind] for kind in UnitKind})
        if placed:
            del self.fields["parent"]


class MoveForm(AskingForm):
    parent = UnitField(
        label=_("Now belongs to"), help_text=_("Unit code or name. All that is below the unit goes with it.")
    )


class CloseForm(AskingForm):
    on = DateField(label=_("Closed on"), help_text=_("The last day on which the unit works."))


class PeopleForm(AskingForm):
    leader = StaffField(
        label=_("First responsible person"),
        required=False,
        help_text=_("Empty: the first responsible person of the unit above answers."),
    )
    first = StaffField(label=_("Contact A"), required=False, help_text=_("Work comes here first."))
    second = StaffField(label=_("Contact B"), required=False, help_text=_("Takes the work while contact A is absent."))


class StaffForm(AskingForm):
    employee_no = forms.CharField(
        label=_("Employee number"), max_length=32, validators=[CODE], help_text=_("Also the name to sign in with.")
    )
    name = forms.CharField(label=_("Person's name"), max_length=60)
    unit = UnitField(label=_("Unit"), help_text=_("Unit code or name."))
    phone = forms.CharField(
        label=_("Office phone"), max_length=40, required=False, help_text=_("May stand in letters; no private number.")
    )
    email = forms.EmailField(label=_("Office e-mail"), max_length=254, required=False)


class DutyForm(AskingForm):
    duty = forms.ChoiceField(label=_("Duty"))
    unit = UnitField(label=_("At unit"), help_text=_("Unit code or name."))
    from_date = DateField(label=_("From"))
    to_date = DateField(label=_("Until"), required=False, help_text=_("Empty: without end."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "duty", {duty: duty.label for duty in Duty})


class EndForm(AskingForm):
    on = DateField(label=_("Last day"))


class AbsenceForm(AskingForm):
    from_date = DateField(label=_("From"))
    to_date = DateField(label=_("Until"), help_text=_("Both days are included."))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=100,
        required=False,
        help_text=_("For example leave, training. No illness by name."),
    )


class LendForm(AskingForm):
    holding = forms.MultipleChoiceField(label=_("Posts"), widget=forms.CheckboxSelectMultiple)
    deputy = StaffField(label=_("Deputy"), help_text=_("Employee number or name of a colleague."))
    from_date = DateField(label=_("From"))
    to_date = DateField(label=_("Until"), help_text=_("Both days are included."))
    reason = forms.CharField(
        label=_("Reason"), max_length=100, help_text=_("For example leave, training. No illness by name.")
    )

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["holding"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices
        if len(choices) == 1:
            field.initial = [choices[0][0]]


class UploadForm(AskingForm):
    file = forms.FileField(
        label=_("File"),
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        help_text=_(".xlsx, .xls, or .csv in UTF-8 or GB18030; at most 20 MB."),
    )


class ExceptionForm(AskingForm):
    date = DateField(label=_("Date"))
    working = forms.ChoiceField(
        label=_("The bank"), choices=[("off", _("is closed")), ("work", _("works"))], widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=_("Name of the day"), max_length=40, help_text=_("Why, as it stands in explanations of due dates.")
    )


class PasswordForm(AskingForm):
    employee_no = forms.CharField(
        label=_("Employee number"), max_length=32, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    code = forms.CharField(
        label=_("Password code"),
        max_length=40,
        help_text=_("Twelve letters and digits from your administrator."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("New password"),
        max_length=128,
        strip=False,
        help_text=_("At least ten characters, not digits only."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", _("The two passwords are not the same. Type them again."))
        return given


def _offer(form: forms.Form, name: str, titles: dict[Any, Text]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", _("Choose …")), *((key.value, in_reader_language(title)) for key, title in titles.items())]
