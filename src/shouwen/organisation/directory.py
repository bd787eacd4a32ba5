"""The organisation in memory, as the core asks about it, kept in step with the database by a version stamp."""

import threading
import time
from collections import defaultdict
from datetime import date
from functools import cached_property

from shouwen.core.duties import OVERSEERS, Duty
from shouwen.core.granting import may_be_lent
from shouwen.core.people import Actor, Organisation, Person, Post, Unit, UnitKind
from shouwen.organisation.models import Absence, Contact, Delegation, Holding, Staff
from shouwen.organisation.models import Unit as UnitRow
from shouwen.organisation.stamps import version_of

FRESH_FOR = 1.0
"""Seconds for which the stamp is not asked again: a change of duty shows everywhere within this time."""


class Directory(Organisation):
    """机构人员名录 at one version. Units and people are read whole; a bank has some ten thousand of them."""

    def __init__(self, version: int) -> None:
        self.version = version

    @cached_property
    def _units(self) -> dict[int, Unit]:
        units: dict[int, Unit] = {}
        for row in UnitRow.objects.order_by("path").only("id", "code", "name", "kind", "path", "parent_id"):
            line = (*units[row.parent_id].line, row.id) if row.parent_id else (row.id,)
            units[row.id] = Unit(row.id, row.code, row.name, UnitKind(row.kind), row.path, row.parent_id, line)
        return units

    @cached_property
    def _leaders(self) -> dict[int, int]:
        return dict(UnitRow.objects.filter(leader__is_active=True).values_list("id", "leader_id"))

    @cached_property
    def _people(self) -> dict[int, Person]:
        rows = Staff.objects.values_list("id", "name", "unit_id", "phone")
        return {row[0]: Person(*row) for row in rows}

    @cached_property
    def _active(self) -> frozenset[int]:
        return frozenset(Staff.objects.filter(is_active=True).values_list("id", flat=True))

    @cached_property
    def _contacts(self) -> dict[int, list[int]]:
        contacts: dict[int, list[int]] = defaultdict(list)
        for unit, staff in Contact.objects.order_by("unit_id", "rank").values_list("unit_id", "staff_id"):
            contacts[unit].append(staff)
        return contacts

    @cached_property
    def _absences(self) -> dict[int, list[tuple[date, date]]]:
        absences: dict[int, list[tuple[date, date]]] = defaultdict(list)
        for staff, start, end in Absence.objects.values_list("staff_id", "from_date", "to_date"):
            absences[staff].append((start, end))
        return absences

    @cached_property
    def _holdings(self) -> dict[int, list[tuple[Duty, int, date, date | None]]]:
        holdings: dict[int, list[tuple[Duty, int, date, date | None]]] = defaultdict(list)
        rows = Holding.objects.values_list("staff_id", "duty", "unit_id", "from_date", "to_date")
        for staff, duty, unit, start, end in rows:
            holdings[staff].append((Duty(duty), unit, start, end))
        return holdings

    def unit(self, unit_id: int) -> Unit | None:
        return self._units.get(unit_id)

    def unit_by_code(self, code: str) -> Unit | None:
        return self._by_code.get(code)

    @cached_property
    def _by_code(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self._units.values()}

    def units(self) -> tuple[Unit, ...]:
        """All units, each after the one it belongs to."""
        return tuple(self._units.values())

    def open_units(self) -> tuple[Unit, ...]:
        """The units that are not closed: where work may go."""
        return tuple(unit for unit in self._units.values() if unit.id not in self._closed)

    def nearest(self, kind: UnitKind, unit_id: int) -> Unit | None:
        """The open department of this kind that belongs to the institution of a unit, or else to the next one above."""
        unit = self.unit(unit_id)
        of_kind = [each for each in self.open_units() if each.kind is kind]
        for above in reversed(unit.line if unit else ()):
            found = next((each for each in of_kind if each.parent_id == above), None)
            if found is not None:
                return found
        return None

    @cached_property
    def _closed(self) -> frozenset[int]:
        return frozenset(UnitRow.objects.exclude(closed_on=None).values_list("id", flat=True))

    def person(self, person_id: int) -> Person | None:
        return self._people.get(person_id)

    def people_of(self, unit_id: int) -> tuple[Person, ...]:
        """The active staff of a unit, by name."""
        return tuple(
            person for person in self._people.values() if person.unit_id == unit_id and person.id in self._active
        )

    def is_absent(self, person_id: int, on: date) -> bool:
        return any(start <= on <= end for start, end in self._absences.get(person_id, ()))

    def contacts(self, unit_id: int) -> tuple[Person, ...]:
        return tuple(self._people[staff] for staff in self._contacts.get(unit_id, ()) if staff in self._active)

    def contact_on_duty(self, unit_id: int, on: date) -> Person | None:
        return next(iter(self.signatories(unit_id, on)), None)

    def signatories(self, unit_id: int, on: date) -> tuple[Person, ...]:
        present = [
            staff
            for staff in self._contacts.get(unit_id, ())
            if staff in self._active and not self.is_absent(staff, on)
        ]
        leader = self.leader(unit_id)
        if leader is not None:
            present.append(leader.id)
        return tuple(self._people[staff] for staff in dict.fromkeys(present))

    def leader(self, unit_id: int) -> Person | None:
        unit = self._units.get(unit_id)
        for above in reversed(unit.line if unit else ()):
            if above in self._leaders:
                return self._people[self._leaders[above]]
        return None

    def duties_of(self, person_id: int, on: date) -> frozenset[Duty]:
        if person_id not in self._active:
            return frozenset()
        held = self._holdings.get(person_id, ())
        return frozenset(duty for duty, _, start, end in held if start <= on <= (end or date.max))

    def holders(self, duty: Duty, unit_id: int, on: date) -> tuple[Person, ...]:
        return tuple(
            self._people[staff]
            for staff, held in self._holdings.items()
            if staff in self._active
            and any(d is duty and u == unit_id and start <= on <= (end or date.max) for d, u, start, end in held)
        )

    @cached_property
    def _delegations(self) -> dict[int, list[tuple[int, Duty, int, date, date]]]:
        lent: dict[int, list[tuple[int, Duty, int, date, date]]] = defaultdict(list)
        rows = Delegation.objects.filter(taken_back_at=None).order_by("id")
        for deputy, giver, duty, unit, start, end in rows.values_list(
            "deputy_id", "giver_id", "duty", "unit_id", "from_date", "to_date"
        ):
            lent[deputy].append((giver, Duty(duty), unit, start, end))
        return lent

    def holds(self, person_id: int, duty: Duty, unit_id: int, on: date) -> bool:
        """Whether the person, who has not left, holds this very post on a day."""
        return person_id in self._active and any(
            d is duty and u == unit_id and start <= on <= (end or date.max)
            for d, u, start, end in self._holdings.get(person_id, ())
        )

    def actor_for(self, staff: Staff | Person, on: date) -> Actor:
        """The person with the posts held on a day, and those lent for that day (授权代理) that their givers hold themselves."""
        posts = tuple(
            Post(duty, unit, self._scope(duty, unit))
            for duty, unit, start, end in self._holdings.get(staff.id, ())
            if start <= on <= (end or date.max)
        )
        own = frozenset(post.duty for post in posts)
        lent = tuple(
            Post(duty, unit, self._scope(duty, unit), lent_by=giver)
            for giver, duty, unit, start, end in self._delegations.get(staff.id, ())
            if start <= on <= end and may_be_lent(duty, own) and self.holds(giver, duty, unit, on)
        )
        return Actor(
            person=self._people[staff.id],
            posts=(*posts, *lent),
            deputy_of=frozenset(post.lent_by for post in lent if post.lent_by is not None),
        )

    def _scope(self, duty: Duty, unit_id: int) -> int:
        unit = self._units[unit_id]
        return unit.institution_id if duty in OVERSEERS or duty is Duty.DISCIPLINE_OFFICER else unit.id


_lock = threading.Lock()
_current: Directory | None = None
_asked = 0.0


def directory() -> Directory:
    """The directory as it stands; read again when the database says that something has changed."""
    global _current, _asked
    now = time.monotonic()
    if _current is not None and now - _asked < FRESH_FOR:
        return _current
    with _lock:
        version = version_of("organisation")
        if _current is None or _current.version != version:
            _current = Directory(version)
        _asked = now
        return _current


def forget() -> None:
    """Read the organisation anew at the next question: after a change in this process, and between tests."""
    global _current
    _current = None
