"""Load the demo bank into an empty database: organisation first, then a year of casework."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from shouwen.casework.bulk import Batch
from shouwen.casework.rules import standing_policy
from shouwen.core.duties import CHECKERS, Duty
from shouwen.core.people import Actor
from shouwen.core.policy import Policy
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.demo import bank, warnings
from shouwen.demo.afterwards import load_activity, load_denominators
from shouwen.demo.cast import play
from shouwen.demo.improvement import improve, wave
from shouwen.demo.reports import order_reports
from shouwen.demo.stories import STORIES
from shouwen.demo.year import Year
from shouwen.organisation import calendar
from shouwen.organisation import directory as organisation
from shouwen.organisation.models import SEGMENT, Contact, Holding, Staff, Unit

COMPLAINTS = 360
SEED = 2008
SIGNERS = frozenset({Duty.LEADER})


@transaction.atomic
def load(complaints: int = COMPLAINTS, seed: int = SEED, until: datetime | None = None, *, cast: bool = False) -> int:
    """Write the organisation and `complaints` complaints received in the year before `until` (default: now), and with
    `cast` one for every situation that a visitor should find.

    Only the organisation where the standing pack has other classes than the stories speak of. Deterministic for the same arguments, but for keys, codes and numbers that must be random. Refused on a database with staff.
    """
    if Staff.objects.exists():
        raise Refusal(
            "not-empty",
            Text(
                "数据库中已有人员，示范数据只能装入空数据库。",
                "There are people in the database already. The demo bank goes into an empty one only.",
            ),
        )
    _write_organisation()
    if not knows_the_stories(standing_policy()):
        return 0
    moment = until or timezone.now()
    batch = Batch()
    year = _year(moment)
    year.write(complaints, seed, batch)
    if cast:
        play(year, batch)
        wave(year, batch)
        warnings.surge(year, batch, seed)
    written = batch.write()
    if cast:
        today = year.calendar.local_date(moment)
        load_activity(year.customers, today, seed)
        load_denominators(today, seed)
        order_reports(moment)
        improve(moment)
        warnings.watch(moment)
    return written


def knows_the_stories(policy: Policy) -> bool:
    """Whether a pack has the classes, causes and liabilities that the generated complaints speak of."""
    known = [{term.code for term in terms} for terms in (policy.given_classes, policy.causes, policy.liabilities)]
    told = zip(*((story.class_, story.cause, story.liability) for story in STORIES), strict=True)
    return all(set(codes) <= of_pack for codes, of_pack in zip(told, known, strict=True))


def _write_organisation() -> None:
    units: dict[str, Unit] = {}
    siblings: dict[str, int] = {}
    for demo in bank.UNITS:
        siblings[demo.parent] = siblings.get(demo.parent, 0) + 1
        parent = units.get(demo.parent)
        step = f"{siblings[demo.parent]:0{SEGMENT}d}"
        units[demo.code] = Unit.objects.create(
            code=demo.code,
            name=demo.name,
            kind=demo.kind.value,
            parent=parent,
            path=(parent.path if parent else "") + step,
            opened_on=bank.SINCE,
        )
    password = make_password(bank.PASSWORD)
    people = bank.people()
    staff = Staff.objects.bulk_create(
        Staff(employee_no=one.employee_no, name=one.name, unit=units[one.unit], phone=one.phone, password=password)
        for one in people
    )
    by_number = {one.employee_no: row for one, row in zip(people, staff, strict=True)}
    Holding.objects.bulk_create(
        Holding(staff=by_number[one.employee_no], duty=duty.value, unit=units[one.unit], from_date=bank.SINCE)
        for one in people
        for duty in one.duties
    )
    Contact.objects.bulk_create(
        Contact(unit=units[one.unit], rank=one.rank, staff=by_number[one.employee_no]) for one in people if one.rank
    )
    for one in people:
        if Duty.LEADER in one.duties:
            Unit.objects.filter(code=one.unit).update(leader=by_number[one.employee_no])
    organisation.forget()


def _year(until: datetime) -> Year:
    directory = organisation.directory()
    working = calendar.working_calendar()
    numbers = dict(Staff.objects.values_list("employee_no", "id"))

    @cache
    def actor_of(person_id: int) -> Actor:
        person = directory.person(person_id)
        assert person is not None
        return directory.actor_for(person, on=working.local_date(until))

    @cache
    def somebody(duties: frozenset[Duty], unit_id: int, left_out: str) -> Actor:
        """Somebody with such a duty at the unit, or above it: not who is left out, as the writer is of the check."""
        others = {int(each) for each in left_out.split(".") if each}
        unit = directory.unit(unit_id)
        assert unit is not None
        for above in reversed(unit.line):
            for person in directory.people_of(above):
                actor = actor_of(person.id)
                if person.id not in others and any(
                    post.duty in duties and post.unit_id == above for post in actor.posts
                ):
                    return actor
        raise LookupError(f"unit {unit.code} has nobody with one of {sorted(duties)}")

    def actor(who: str) -> Actor:
        asked, _, where = who.partition(":")
        if where:
            unit, _, left_out = where.partition(":")
            return somebody(CHECKERS if asked == "check" else SIGNERS, int(unit), left_out)
        return actor_of(-int(who) if who.startswith("-") else numbers[who])

    def unit(code: str) -> int:
        found = directory.unit_by_code(code)
        assert found is not None
        return found.id

    return Year(until, actor, unit, working, ZoneInfo(str(working.zone)))
