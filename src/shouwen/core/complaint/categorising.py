"""统计归类: along which categories of an authority's axes a complaint counts, where class and cause do not say it (JR/T 0169-2018)."""

from typing import ClassVar

from shouwen.core.complaint.state import Code, Complaint
from shouwen.core.complaint.verbs import Command, Context, Event, changed, decides, evolves
from shouwen.core.duties import Action
from shouwen.core.policy_statistics import Axis
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

AS_DERIVED = ""
"""In place of a category: it counts again by what class, channel and cause say."""


class Categorise(Command, tag="categorise", frozen=True):
    """统计归类: axis → category, by the pack that stands today, along which returns are drawn up; also after the end (mission E7).

    Refused: a pack without axes, an axis or category that it does not have, and what is so already.
    """

    action = Action.CLASSIFY
    by_standing_rules = True
    title: ClassVar[Text] = Text("监管统计归类", "Choose the categories of the return")

    chosen: dict[Code, Code]


class Categorised(Event, tag="categorised", frozen=True):
    title: ClassVar[Text] = Text("监管统计归类", "Categories of the return chosen")

    chosen: dict[str, str]


@decides(Categorise)
def decide_categorise(complaint: Complaint, command: Categorise, context: Context) -> list[Event]:
    axes = {axis.code: axis for axis in context.policy.statistics}
    if not axes:
        raise Refusal(
            "no-axes",
            Text(
                "现行规则包没有监管统计维度，无需归类。",
                "The standing policy pack has no axes of a return, so there is nothing to choose.",
            ),
        )
    for axis, category in command.chosen.items():
        _require_category(axes.get(axis), axis, category)
    changes = {axis: code for axis, code in command.chosen.items() if complaint.categories.get(axis, "") != code}
    if not changes:
        raise Refusal(
            "categories-unchanged",
            Text("归类没有变化，无需保存。", "The categories are so already; there is nothing to save."),
        )
    return [Categorised(at=context.now, by=context.actor.id, chosen=changes)]


def _require_category(axis: Axis | None, code: str, category: str) -> None:
    if axis is None or (category != AS_DERIVED and axis.category(category) is None):
        raise Refusal(
            "category-unknown",
            Text(
                "没有这个统计类别，请从列表中重新选择。",
                "There is no such category of the return. Choose one from the list.",
            ),
            field=code,
        )


@evolves(Categorised)
def evolve_categorised(complaint: Complaint, event: Categorised) -> Complaint:
    both = {**complaint.categories, **event.chosen}
    return changed(complaint, event, categories={axis: code for axis, code in both.items() if code != AS_DERIVED})
