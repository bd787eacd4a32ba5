"""回复单 to the body that sent the complaint, as page and as PDF."""

from shouwen.desk.middleware import DeskRequest
from shouwen.letters import superior
from shouwen.letters.paper import Paper
from shouwen.letters.record import Record


def superior_paper(record: Record, n: int, request: DeskRequest) -> Paper | None:
    """There is one for each complaint that a body sent, so that `n` says nothing here."""
    found = superior.superior(record)
    return superior.paper(found) if found else None
