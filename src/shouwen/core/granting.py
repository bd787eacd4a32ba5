"""授予与授权: which duties may be lent to a deputy, and which administrator may give which duty. Beside the table in `core.duties`.

Nobody grants more than they hold: a deputy acts with what the giver holds that very day, and an administrator gives duties only
in the own unit and below it.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import StrEnum

from shouwen.core.duties import Duty
from shouwen.core.people import Actor

NEVER_LENT = frozenset({Duty.ADMINISTRATOR, Duty.AUDITOR})
"""不得授权: an administrator's deputy could give duties for ever, and an auditor judges in person. Another is appointed instead."""

LENT_AMONG_THEMSELVES = frozenset({Duty.DISCIPLINE_OFFICER})
"""仅限同岗位: discipline inspection material is read by discipline inspection officers alone, so their deputy is one of them."""


def may_be_lent(duty: Duty, deputy_duties: AbstractSet[Duty]) -> bool:
    """Whether somebody with these duties of their own may be deputy in this one. Auditors are nobody's deputy: they judge the work."""
    if duty in NEVER_LENT or Duty.AUDITOR in deputy_duties:
        return False
    return duty not in LENT_AMONG_THEMSELVES or duty in deputy_duties


class Granter(StrEnum):
    """Where an administrator must hold the duty to give another."""

    HEAD_OFFICE = "head_office"  # only the administrator of the head office
    UNIT_OR_ABOVE = "unit_or_above"  # the administrator of the unit, or of one above it


GRANTED_BY: Mapping[Duty, Granter] = {
    duty: Granter.HEAD_OFFICE
    if duty in {Duty.ADMINISTRATOR, Duty.AUDITOR, Duty.DISCIPLINE_OFFICER}
    else Granter.UNIT_OR_ABOVE
    for duty in Duty
}
"""授予权限: who may give, end and change which duty. What reads secrets, judges the bank or gives duties comes from the head office."""


def administers(actor: Actor, line: Sequence[int]) -> bool:
    """Whether the person is administrator, in their own right, of the unit with this line or of one above it."""
    return any(
        post.duty is Duty.ADMINISTRATOR and post.lent_by is None and post.unit_id in line for post in actor.posts
    )


def may_grant(actor: Actor, duty: Duty, line: Sequence[int]) -> bool:
    """Whether this administrator may give the duty at the unit with this line (head office first)."""
    return administers(actor, line[:1] if GRANTED_BY[duty] is Granter.HEAD_OFFICE else line)
