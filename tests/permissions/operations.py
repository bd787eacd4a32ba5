"""接口操作: what each operation of the interface needs and reaches, said once more, beside the program, for the tests and the paper.

A token holds no duty: it has scopes, and speaks for a unit and all below it. A session holds duties, and opens no operation.
"""

from enum import StrEnum

import msgspec

from shouwen.core.text import Text


class About(StrEnum):
    """What an operation is asked about."""

    COMPLAINT = "complaint"
    RECEIVING_UNIT = "receiving unit"
    BANK = "bank"
    FIGURES = "figures"


ABOUT_TITLES = {
    About.COMPLAINT: Text("一件投诉", "a complaint"),
    About.RECEIVING_UNIT: Text("受理单位", "the unit that receives it"),
    About.BANK: Text("全行规则和机构", "rules and units of the bank"),
    About.FIGURES: Text("本机构及下级的统计数", "figures of the own unit and those below"),
}
REACHED = {
    About.COMPLAINT: frozenset({"received", "own", "above"}),
    About.RECEIVING_UNIT: frozenset({"own", "above"}),
    About.BANK: frozenset({"received", "own", "below", "beside", "above"}),
    About.FIGURES: frozenset({"received", "own", "below", "beside", "above"}),
}
"""For which units a token must speak, seen from the complaint, or from the unit that is to receive it."""


class Operation(msgspec.Struct, frozen=True):
    """One operation: the scope that it needs, what it is about, and whether it writes."""

    scope: str
    about: About
    writes: bool = False

    def is_open(self, place: str, *, secret: bool) -> bool:
        """Whether a token with the scope, of a unit at this place, gets what it asks for. What is secret no token reaches."""
        return place in REACHED[self.about] and not (secret and self.about is About.COMPLAINT)


OPERATIONS = {
    "POST /complaints": Operation("complaints:write", About.RECEIVING_UNIT, writes=True),
    "POST /complaints/bulk": Operation("complaints:write", About.RECEIVING_UNIT, writes=True),
    "GET /complaints/{number}": Operation("complaints:read", About.COMPLAINT),
    "POST /complaints/{number}/statements": Operation("complaints:write", About.COMPLAINT, writes=True),
    "POST /complaints/{number}/files": Operation("complaints:write", About.COMPLAINT, writes=True),
    "GET /policy": Operation("policy:read", About.BANK),
    "GET /units": Operation("policy:read", About.BANK),
    "GET /statistics": Operation("statistics:read", About.FIGURES),
}
ADDRESSES_WITHOUT_DATA = frozenset({"openapi-json", "openapi-view", "api-root", "elsewhere"})
"""Addresses below /api/v1/ that are no operation: the description, the page to read it (for staff), and what is not there."""
