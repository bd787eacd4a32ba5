"""督办单 and its answer, as page and as PDF."""

from shouwen.desk.middleware import DeskRequest
from shouwen.letters import supervision
from shouwen.letters.paper import Paper
from shouwen.letters.record import Record


def supervision_paper(record: Record, n: int, request: DeskRequest) -> Paper | None:
    found = supervision.slip(record, n)
    return supervision.paper(found) if found else None


def supervision_answer(record: Record, n: int, request: DeskRequest) -> Paper | None:
    found = supervision.slip(record, n)
    return supervision.answer(found) if found else None
