"""Two or more complaints in memory that know each other, as the door would keep them."""

from typing import Any

import msgspec

from shouwen.core.complaint import Command, Complaint
from shouwen.core.complaint.receiving import Accept
from shouwen.core.complaint.verbs import Beside
from tests.core.bank import Told, registration

ONE, TWO, THREE = "TS2026-00000001", "TS2026-00000002", "TS2026-00000003"


class Many(msgspec.Struct):
    """Complaints by number. What a command does to another is done to it at once, or neither is."""

    cases: dict[str, Told] = {}

    def register(self, number: str, who: str = "agent", **changes: Any) -> None:
        self.cases[number] = Told()
        self.cases[number].do(who, registration(id=int(number[-3:]), number=number, **changes))
        self.cases[number].do(who, Accept())

    def beside(self) -> dict[str, Beside]:
        return {number: Beside(case.complaint) for number, case in self.cases.items() if case.complaint}

    def do(self, number: str, who: Any, command: Command, **more: Any) -> None:
        case = self.cases[number]
        kept = {each: (told.complaint, list(told.events)) for each, told in self.cases.items()}
        before = case.complaint
        assert before
        try:
            case.do(who, command, beside=self.beside(), **more)
            onwards = command.consequence(before)
            if onwards is not None:
                self.cases[onwards[0]].do(who, onwards[1], beside=self.beside(), **more)
        except Exception:
            for each, (complaint, events) in kept.items():
                self.cases[each].complaint, self.cases[each].events = complaint, events
            raise

    def __getitem__(self, number: str) -> Complaint:
        complaint = self.cases[number].complaint
        assert complaint
        return complaint


def two(**changes: Any) -> Many:
    """Two accepted complaints of the hotline."""
    many = Many()
    many.register(ONE)
    many.register(TWO, **changes)
    return many
