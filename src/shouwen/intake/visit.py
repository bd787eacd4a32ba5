"""上门投诉: somebody comes to the counter, alone or as the representatives of a group (mission A1)."""

from datetime import date

import msgspec

from shouwen.core.channel import Channel
from shouwen.core.complaint import Command
from shouwen.core.complaint.receiving import Register
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

CODE = "visit"
ENTRY: tuple[str, ...] = ("/register/?channel=visit",)
REFUSES: tuple[Text, ...] = (
    Text(
        "代表多于规则包规定的人数、多于来访人数，或人数与姓名行数不符",
        "More representatives than the pack allows or than visitors, or a number that differs from the names listed",
    ),
)

VISITORS, REPRESENTATIVES, NAMES = "visitors", "representatives", "representative_names"


def checked(register: Register, channel: Channel) -> Register:
    """代表: the names, one on each line, give the number of representatives where it is left out.

    Refused: more than the pack's maximum, more than visitors, a number that is not that of the names. Values that are no
    numbers are left to the pack's own check.
    """
    facts = register.channel_facts
    names = [line.strip() for line in str(facts.get(NAMES, "")).splitlines() if line.strip()]
    count = _number(facts.get(REPRESENTATIVES))
    if names and count is not None and count != len(names):
        raise Refusal(
            "representatives-differ",
            Text(
                f"代表人数填了{count}，姓名有{len(names)}行，请核对；每行写一位代表。",
                f"The number of representatives is {count}, but {len(names)} names are listed. One name on each line.",
            ),
            field=NAMES,
        )
    _require_few(len(names) or count or 0, channel, NAMES if names else REPRESENTATIVES)
    visitors = _number(facts.get(VISITORS))
    if visitors is not None and (len(names) or count or 0) > visitors:
        raise Refusal(
            "more-representatives-than-visitors",
            Text(
                f"代表{len(names) or count}人，来访只有{visitors}人，请核对来访人数。",
                f"There are {len(names) or count} representatives but {visitors} visitors. Check the number of visitors.",
            ),
            field=VISITORS,
        )
    if not names:
        return register
    return msgspec.structs.replace(
        register,
        channel_facts={**facts, REPRESENTATIVES: facts.get(REPRESENTATIVES) or len(names), NAMES: "\n".join(names)},
    )


def _require_few(count: int, channel: Channel, field: str) -> None:
    fact = channel.fact(REPRESENTATIVES)
    if fact is None or fact.maximum is None or count <= fact.maximum:
        return
    raise Refusal(
        "too-many-representatives",
        Text(
            f"多人共同来访最多推选{fact.maximum}名代表，现在有{count}名。请客户确定代表，其他来访人不逐一登记。",
            f"A group names {fact.maximum} representatives at most; there are {count}. Ask them to choose; the others are not listed.",
        ),
        field=field,
    )


def _number(value: object) -> int | None:
    """The number, if it is one: the pack's own check has a sentence for what is not."""
    text = str(value if value is not None else "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def at_once(register: Register, channel: Channel, actor: Actor, on: date) -> tuple[Command, ...]:
    return ()
