"""监管统计归类: one choice for each axis of the standing pack, where class and cause do not say it."""

from collections.abc import Iterator
from typing import Any

import msgspec
from django import forms
from django.utils.translation import gettext as _

from shouwen.casework.rules import standing_policy
from shouwen.core.complaint import Command, Complaint
from shouwen.core.complaint.categorising import Categorise
from shouwen.core.policy_statistics import Axis, counted
from shouwen.desk.case.forms import ActionForm
from shouwen.desk.templatetags.texts import in_reader_language


class CategoriseForm(ActionForm):
    """What is chosen already stands in the fields; the first choice says what counts without one."""

    def start(self) -> dict[str, Any]:
        return dict(self.matter.complaint.categories)

    def offer_choices(self) -> None:
        bare = msgspec.structs.replace(self.matter.complaint, categories={})
        follows = {each.axis.code: each.category for each in counted(bare, self.matter.policy)}
        for axis in standing_policy().statistics:
            derived = follows.get(axis.code)
            first = in_reader_language(derived.title) if derived else _("not chosen yet")
            field = forms.ChoiceField(label=in_reader_language(axis.title), required=False)
            field.choices = [
                ("", _("As recorded: %(category)s") % {"category": first} if derived else f"— {first}"),
                *_choices(axis),
            ]
            if axis.unconfirmed:
                field.help_text = _("The titles have not been checked against the text of the standard.")
            self.fields[axis.code] = field

    def commands(self) -> tuple[Command, ...]:
        return (Categorise(chosen={axis.code: self.cleaned_data[axis.code] for axis in standing_policy().statistics}),)


def _choices(axis: Axis) -> list[tuple[str, str]]:
    depth: dict[str, int] = {}
    for category in axis.categories:
        depth[category.code] = depth[category.parent] + 1 if category.parent else 0
    return [
        (category.code, "　" * depth[category.code] + in_reader_language(category.title))
        for category in axis.categories
    ]


def chosen_lines(chosen: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What was chosen, axis by axis, in the words of the standing pack; a code that it no longer has stands as it is."""
    axes = {axis.code: axis for axis in standing_policy().statistics}
    for code, choice in chosen.items():
        axis = axes.get(code)
        category = axis.category(choice) if axis else None
        title = in_reader_language(axis.title) if axis else code
        yield title, in_reader_language(category.title) if category else choice or _("as recorded")


def has_axes(complaint: Complaint) -> bool:
    return bool(standing_policy().statistics)
