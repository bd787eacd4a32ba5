"""Forms of the improvement room. They read what was typed; what may be done is decided by `core.improvement.acts`."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwen.casework.rules import standing_policy
from shouwen.core.improvement import TEXT_LENGTH, TITLE_LENGTH, Act, Field, Finding, Item, Kind, Measured, Origin
from shouwen.core.improvement.acts import Proposal
from shouwen.core.refusal import Refusal
from shouwen.desk.asking import AskingForm
from shouwen.desk.case.forms import NOTHING_CHOSEN
from shouwen.desk.case.units import UNIT_INPUT, UnitField
from shouwen.desk.templatetags.texts import in_reader_language
from shouwen.organisation.directory import directory

ALL = "all"
NO_NAMES = _(
    "Write no name or number of a customer: what looks like one is masked. Colleagues of other units read this."
)
DAY = {"type": "date"}


def say(form: forms.Form, refusal: Refusal) -> None:
    """A refusal at the field at fault, or above the form; what was typed stays."""
    field = {"owner_unit": "unit"}.get(refusal.field or "", refusal.field)
    form.add_error(field if field in form.fields else None, in_reader_language(refusal.message))


def measures() -> list[Any]:
    """衡量口径 to choose from: everything, or one class, cause or channel of the standing pack."""
    policy = standing_policy()

    def group(dimension: str, terms: Any) -> list[tuple[str, str]]:
        return [(f"{dimension}:{each.code}", in_reader_language(each.title)) for each in terms if each.code]

    return [
        ("", _("cannot be told by figures")),
        (ALL, _("all complaints")),
        (_("Class"), group("class", policy.given_classes)),
        (_("Cause"), group("cause", policy.causes)),
        (_("Channel"), group("channel", policy.channels)),
    ]


def measured_of(choice: str, unit: int | None) -> Measured | None:
    if not choice or unit is None:
        return None
    dimension, _colon, code = choice.partition(":")
    return Measured(unit) if choice == ALL else Measured(unit, dimension, code)


def choice_of(measured: Measured | None) -> str:
    if measured is None:
        return ""
    return f"{measured.dimension}:{measured.code}" if measured.dimension else ALL


def measure_title(measured: Measured) -> str:
    """“服务态度 · 江东省分行”: what an item is measured by."""
    titles = {
        code: title for group in measures() for code, title in (group[1] if isinstance(group[1], list) else [group])
    }
    unit = directory().unit(measured.unit)
    title = str(titles.get(choice_of(measured), measured.code))
    return f"{title} · {unit.name}" if unit else title


class ProposeForm(AskingForm):
    kind = forms.ChoiceField(label=_("Defect or opportunity"), widget=forms.RadioSelect)
    field = forms.ChoiceField(label=_("Where to improve"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title"), max_length=TITLE_LENGTH, widget=forms.TextInput({"autocomplete": "off"}))
    text = forms.CharField(
        label=_("What is wrong or missed, and what you propose"),
        help_text=NO_NAMES,
        widget=forms.Textarea({"rows": 6}),
        max_length=TEXT_LENGTH,
    )
    unit = UnitField(
        label=_("Which department or unit should do it"), max_length=200, widget=forms.TextInput(UNIT_INPUT)
    )
    measured = forms.ChoiceField(
        label=_("Complaints that should become fewer"),
        help_text=_("Their number before and after is compared, in the institution of that unit."),
        required=False,
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    origin = forms.ChoiceField(choices=[(each.value, each.value) for each in Origin], widget=forms.HiddenInput)
    reference = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, start: Mapping[str, Any] | None = None) -> None:
        first = {"kind": Kind.DEFECT.value, "origin": Origin.FREE.value, **(start or {}), "key": str(uuid4())}
        super().__init__(data, initial=first, use_required_attribute=False)
        choices = {"kind": [*map(_named, Kind)], "field": [*map(_named, Field)], "measured": measures()}
        for name, offered in choices.items():
            _choose(self, name, offered)

    def proposal(self) -> Proposal:
        given = self.cleaned_data
        unit = directory().unit(given["unit"])
        return Proposal(
            kind=given["kind"],
            field=given["field"],
            title=given["title"],
            text=given["text"],
            owner_unit=given["unit"],
            origin=given["origin"],
            reference=given["reference"] if given["origin"] != Origin.FREE else "",
            measured=measured_of(given["measured"], unit.institution_id if unit else None),
        )


class ActForm(AskingForm):
    """One step of an item. `seen` is the version that the person looked at."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, item: Item, version: int, data: Any = None) -> None:
        self.item = item
        first = {**self.start(item), "seen": version}
        super().__init__(data, initial=first, auto_id=f"{type(self).__name__}_%s", use_required_attribute=False)
        self.offer_choices()

    def start(self, item: Item) -> dict[str, Any]:
        return {}

    def offer_choices(self) -> None:
        """Fill in what depends on the item."""

    def given(self) -> dict[str, Any]:
        """What the act takes, of a valid form."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


def _long(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea({"rows": 4}), max_length=TEXT_LENGTH, **more)


class AcceptForm(ActForm):
    owner = forms.TypedChoiceField(label=_("Owner"), coerce=int, required=False, empty_value=None)
    due_on = forms.DateField(label=_("Due date"), widget=forms.DateInput(DAY, format="%Y-%m-%d"))
    measured = forms.ChoiceField(label=_("Complaints that should become fewer"), required=False)
    measured_unit = UnitField(
        label=_("Counted in"),
        help_text=_("The institution of the owner's unit, or one below it."),
        max_length=200,
        required=False,
        widget=forms.TextInput(UNIT_INPUT),
    )

    def start(self, item: Item) -> dict[str, Any]:
        unit = directory().unit(item.owner_unit)
        counted_in = item.measured.unit if item.measured else unit.institution_id if unit else None
        return {"measured": choice_of(item.measured), "measured_unit": counted_in}

    def offer_choices(self) -> None:
        _choose(self, "owner", _people(self.item.owner_unit))
        _choose(self, "measured", measures())

    def given(self) -> dict[str, Any]:
        typed = self.cleaned_data
        unit = typed["measured_unit"] or self.initial["measured_unit"]
        return {
            "owner": typed["owner"],
            "due_on": typed["due_on"],
            "measured": measured_of(typed["measured"], unit),
        }


class DeclineForm(ActForm):
    reason = _long(_("Reason"), help_text=_("The proposer reads it."))


class ChangeForm(ActForm):
    unit = UnitField(label=_("Owner's unit"), max_length=200, widget=forms.TextInput(UNIT_INPUT))
    owner = forms.TypedChoiceField(
        label=_("Owner"),
        help_text=_("Of another unit its leader becomes the owner."),
        coerce=int,
        required=False,
        empty_value=None,
    )
    due_on = forms.DateField(label=_("Due date"), widget=forms.DateInput(DAY, format="%Y-%m-%d"))
    reason = _long(_("Reason"))

    def start(self, item: Item) -> dict[str, Any]:
        return {"unit": item.owner_unit, "owner": item.owner, "due_on": item.due_on}

    def offer_choices(self) -> None:
        _choose(self, "owner", _people(self.item.owner_unit))

    def given(self) -> dict[str, Any]:
        typed = self.cleaned_data
        moved = typed["unit"] != self.item.owner_unit
        return {
            "owner_unit": typed["unit"],
            "owner": None if moved else typed["owner"],
            "due_on": typed["due_on"],
            "reason": typed["reason"],
        }


class NoteForm(ActForm):
    text = _long(_("Progress"), help_text=NO_NAMES)


class FinishForm(ActForm):
    measure = _long(_("Measure taken"), help_text=NO_NAMES)
    done_on = forms.DateField(label=_("Done on"), widget=forms.DateInput(DAY, format="%Y-%m-%d"))


class JudgeForm(ActForm):
    finding = forms.ChoiceField(label=_("Finding"), widget=forms.RadioSelect)
    text = _long(_("What it rests on"))

    def offer_choices(self) -> None:
        _choose(self, "finding", [*map(_named, Finding)])


FORMS: dict[Act, type[ActForm]] = {
    Act.ACCEPT: AcceptForm,
    Act.FINISH: FinishForm,
    Act.JUDGE: JudgeForm,
    Act.DECLINE: DeclineForm,
    Act.NOTE: NoteForm,
    Act.CHANGE: ChangeForm,
}
"""The forms of the steps, in the order in which the page offers them."""


def _named(each: Any) -> tuple[str, str]:
    return each.value, in_reader_language(each.label)


def _people(unit_id: int) -> list[Any]:
    """The leader and the people of a unit; nobody chosen is the leader."""
    people = directory()
    leader = people.leader(unit_id)
    found = {person.id: person.name for person in ((leader,) if leader else ()) + people.people_of(unit_id)}
    return [("", _("the unit's leader")), *found.items()] if leader else [NOTHING_CHOSEN, *found.items()]


def _choose(form: forms.Form, name: str, choices: list[Any]) -> None:
    wanted = form.fields[name]
    assert isinstance(wanted, forms.ChoiceField)
    wanted.choices = choices
