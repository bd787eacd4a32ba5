"""预警办理: who reads a warning, who takes it, hands it over and closes it with a finding (mission E3).

Reads as in the statistics: who reads a unit's figures reads its warnings. A warning is of the institution and the same for all its readers, as an
archived report is; its sample complaints are only those that the reader may see. Who a warning is about (one employee) never reads it.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from shouwen.casework.models import ComplaintRow
from shouwen.casework.queries import LIST_COLUMNS, NEWEST_FIRST, Filters, narrowed, visible_to
from shouwen.core import masking
from shouwen.core.complaint.verbs import require_text
from shouwen.core.duties import Duty, reach_of
from shouwen.core.people import Actor, Person
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.watch_rules import Per
from shouwen.insight import statistics
from shouwen.insight.themes.models import ThemeText
from shouwen.insight.watching import narrowing, raising
from shouwen.insight.watching.models import EarlyWarning, FindingKind, State
from shouwen.insight.watching.series import PRODUCT_AXIS, WORD
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

OWNERS = frozenset({Duty.LEADER, Duty.UNION_OFFICER, Duty.HOTLINE_SUPERVISOR})
"""Who may own a warning, and act on those within the reach."""
SAMPLES = 10
LONGEST = 2_000
MOST_OFFERED = 200


def readable(actor: Actor) -> QuerySet[EarlyWarning]:
    """The warnings of units whose statistics this person reads, without those about the person."""
    tops = statistics.roots(actor)
    if not tops:
        return EarlyWarning.objects.none()
    rows = EarlyWarning.objects.select_related("rule")
    if all(unit.parent_id is not None for unit in tops):
        rows = rows.filter(line__overlap=[unit.id for unit in tops])
    return rows.exclude(dimension=Per.EMPLOYEE, code=str(actor.id))


def owned(actor: Actor) -> int:
    """How many open warnings this person owns."""
    if actor.id is None or actor.duties.isdisjoint(OWNERS):
        return 0
    return EarlyWarning.objects.exclude(state=State.CLOSED).filter(owner=actor.id).count()


def open_of(actor: Actor, unit: int) -> QuerySet[EarlyWarning]:
    """未结预警 of a unit and all below it that this person reads."""
    return readable(actor).exclude(state=State.CLOSED).filter(line__contains=[unit])


def find(actor: Actor, number: str) -> EarlyWarning | None:
    """The warning with this number (YJ2026-000007), if this person reads it."""
    _year, _dash, digits = number.partition("-")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 12:
        return None
    held = readable(actor).filter(id=int(digits)).first()
    return held if held is not None and held.number == number else None


def samples(actor: Actor, held: EarlyWarning) -> list[ComplaintRow]:
    """样例: the newest complaints of the series in its days that this person may see, ten at most."""
    rows = narrowed(visible_to(actor), filters_of(held), held.made_at, actor)
    if held.dimension == Per.EMPLOYEE:
        rows = rows.filter(employee_about=int(held.code))
    if held.dimension == WORD:
        rows = rows.filter(id__in=ThemeText.objects.filter(words__contains=[held.code]).values("complaint_id"))
    if (rule := held.rule_then) is not None:
        rows = narrowing.narrowed(rows, rule)
    return list(rows.only(*LIST_COLUMNS).order_by(*NEWEST_FIRST)[:SAMPLES])


def filters_of(held: EarlyWarning) -> Filters:
    """What the list of the complaints behind is narrowed to."""
    zone = working_calendar().zone
    code = held.code
    return Filters(
        handled=held.unit,
        own=held.dimension == Per.UNIT,
        received_from=datetime.combine(held.first_on, datetime.min.time(), zone),
        received_until=datetime.combine(held.last_on + timedelta(1), datetime.min.time(), zone),
        classes=(code,) if held.dimension == "class" else (),
        cause=code if held.dimension == "cause" else None,
        channel=code if held.dimension == "channel" else "",
        axis=PRODUCT_AXIS if held.dimension == "product" else "",
        categories=(code,) if held.dimension == "product" else (),
    )


def related(actor: Actor, held: EarlyWarning) -> QuerySet[EarlyWarning]:
    """相关预警 of the same days, above or below in the tree: one event shows in more than one series."""
    near = timedelta(14)
    rows = readable(actor).exclude(id=held.id).filter(Q(line__contains=[held.unit]) | Q(unit__in=held.line))
    return rows.filter(first_on__lte=held.last_on + near, last_on__gte=held.first_on - near).order_by("-id")


# --- What is done to it --------------------------------------------------------------------------------------------------


def may_act(actor: Actor, held: EarlyWarning) -> bool:
    """Whether this person owns it, or looks after the unit with a duty that owns warnings. Who it is about does nothing."""
    if actor.id is None:
        return False
    owns = actor.id == held.owner or any(post.duty in OWNERS and reach_of(post) in held.line for post in actor.posts)
    return owns and actor.id not in _about(held)


def _about(held: EarlyWarning) -> frozenset[int]:
    """Whom it is about: the employee of its series, and whom complaints of its days are about."""
    named = frozenset({int(held.code)} if held.dimension == Per.EMPLOYEE else ())
    return named | raising.complained_about(held.unit, held.first_on, held.last_on)


def offered(actor: Actor, held: EarlyWarning, on: date) -> list[Person]:
    """移交给: who owns warnings of the unit by duty and is there, the nearest first."""
    people, found, about = directory(), dict[int, Person](), _about(held)
    rooms: dict[int, list[int]] = {}
    for unit in people.units():
        rooms.setdefault(unit.institution_id, []).append(unit.id)
    for institution in reversed(held.line):
        for room in rooms.get(institution, [institution]):
            for duty in (Duty.LEADER, Duty.UNION_OFFICER, Duty.HOTLINE_SUPERVISOR):
                if duty is Duty.LEADER and room != institution:
                    continue
                for person in people.holders(duty, room, on):
                    if not people.is_absent(person.id, on) and person.id not in about:
                        found[person.id] = person
    found.pop(held.owner, None)
    return list(found.values())[:MOST_OFFERED]


@transaction.atomic
def take(actor: Actor, held: EarlyWarning, now: datetime) -> EarlyWarning:
    """受理预警: who takes it owns it. The owner again changes nothing. Refused: not this person's, closed, taken by a colleague."""
    held = _locked(actor, held)
    if held.state == State.TAKEN and held.owner == actor.id:
        return held
    if held.state == State.TAKEN:
        raise Refusal(
            "warning-taken",
            Text(
                f"{_name(held.owner)}已受理这项预警；需要换人办理，请先移交。",
                f"{_name(held.owner)} has taken this warning. To have somebody else work on it, hand it over.",
            ),
        )
    assert actor.id is not None
    held.state, held.owner, held.taken_at = State.TAKEN, actor.id, now
    held.save(update_fields=["state", "owner", "taken_at"])
    raising.step(held, "taken", now, by=actor.id)
    return held


@transaction.atomic
def hand_over(actor: Actor, held: EarlyWarning, to: int, reason: str, now: datetime) -> EarlyWarning:
    """移交预警 with a reason; it waits to be taken. Refused: not this person's, closed, somebody who cannot own it, no reason."""
    held = _locked(actor, held)
    words = _words(reason, "reason", Text("移交原因", "Reason"))
    if all(person.id != to for person in offered(actor, held, working_calendar().local_date(now))):
        raise Refusal(
            "receiver-unfit",
            Text("请从列表中选择接收人。", "Choose who receives it from the list."),
            field="to",
        )
    held.state, held.owner, held.taken_at = State.OPEN, to, None
    held.save(update_fields=["state", "owner", "taken_at"])
    raising.step(held, "handed_over", now, by=actor.id, person=to, text=words)
    raising.tell(held, to, "handed_over", "已移交给您，请核实原因并按期结案")
    return held


@transaction.atomic
def close(actor: Actor, held: EarlyWarning, finding: str, words: str, now: datetime) -> EarlyWarning:
    """结案 with a finding and what was found. The same again changes nothing. Refused: not the owner's, not taken, no finding, no words."""
    held = _locked(actor, held, closed_too=True)
    if finding not in FindingKind.values:
        raise Refusal("finding-missing", Text("请选择核查结论。", "Choose the finding."), field="finding")
    text = _words(words, "words", Text("核查情况", "What was found"))
    if held.is_closed and (held.closed_by, held.finding, held.finding_text) == (actor.id, finding, text):
        return held
    if held.is_closed:
        raise _closed()
    if held.state != State.TAKEN or held.owner != actor.id:
        raise Refusal(
            "warning-not-taken",
            Text("由受理预警的责任人结案，请先受理。", "The owner who has taken the warning closes it. Take it first."),
        )
    held.state, held.finding, held.finding_text = State.CLOSED, finding, text
    held.closed_by, held.closed_at = actor.id, now
    held.save(update_fields=["state", "finding", "finding_text", "closed_by", "closed_at"])
    raising.step(held, "closed", now, by=actor.id)
    return held


def _locked(actor: Actor, held: EarlyWarning, *, closed_too: bool = False) -> EarlyWarning:
    """The warning as it stands, for this person alone until the transaction ends."""
    row = EarlyWarning.objects.select_for_update().get(id=held.id)
    if not may_act(actor, row):
        raise Refusal(
            "warning-not-yours",
            Text(
                "预警由责任人、本机构或上级机构的负责人、工会专员、热线主管办理。",
                "The owner, and leaders, union officers and hotline supervisors of the unit or above it, work on a warning.",
            ),
        )
    if row.is_closed and not closed_too:
        raise _closed()
    return row


def _closed() -> Refusal:
    return Refusal(
        "warning-closed",
        Text("这项预警已经结案，不能再改动。", "This warning is closed. Nothing more can be done to it."),
    )


def _words(text: str, field: str, title: Text) -> str:
    """The text with personal data masked. Refused: none, or too long."""
    require_text(text, field, title)
    if len(text) > LONGEST:
        raise Refusal(
            "text-too-long",
            Text(
                f"“{title.zh}”最多 {LONGEST} 字，请精简。",
                f"“{title.en}” has {LONGEST} characters at most. Shorten it.",
            ),
            field=field,
        )
    return masking.seal(text.strip()).text


def _name(person_id: int) -> str:
    person = directory().person(person_id)
    return person.name if person else "?"
