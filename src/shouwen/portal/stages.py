"""办理进展: a complaint's stage in a customer's words, from `stages.yaml`."""

from datetime import datetime
from functools import cache
from pathlib import Path

import msgspec
import yaml

from shouwen.core.complaint import Complaint, Stage
from shouwen.core.text import Text

TEXTS = Path(__file__).parent / "stages.yaml"


class StageText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`place` counts from 1 on the bar of four; `due` is the kind of clock whose limit is told, if any."""

    place: int
    now: Text
    next: Text
    due: str = ""


class StageTexts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    places: tuple[Text, ...]
    stages: dict[Stage, StageText]
    review_asked: Text
    withdrawal_noted: Text


class Progress(msgspec.Struct, frozen=True):
    """What a customer is told; `by` is the moment (UTC) until which the next thing happens, `aim` when we hope to be there."""

    place: int
    places: tuple[Text, ...]
    now: Text
    next: Text
    by: datetime | None
    aim: datetime | None


@cache
def texts() -> StageTexts:
    """The texts; refused by msgspec with the place at fault when the file says something else than it should."""
    return msgspec.convert(yaml.safe_load(TEXTS.read_text(encoding="utf-8")), StageTexts)


def progress(complaint: Complaint) -> Progress:
    """Where the complaint stands for its customer. Nothing here tells who handles it, in which class, or what was found."""
    said = texts()
    stage = said.stages[complaint.stage]
    clock = complaint.clock(stage.due) if stage.due else None
    following = stage.next
    if complaint.review_asked_at is not None:
        following = said.review_asked
    elif complaint.withdrawal_noted_at is not None and complaint.is_open:
        following = said.withdrawal_noted
    running = clock if clock and clock.is_counting else None
    return Progress(
        place=stage.place,
        places=said.places,
        now=stage.now,
        next=following,
        by=running.limit.at if running else None,
        aim=running.target.at if running and running.target else None,
    )
