"""监测规则: written by users, tested against the past before they are switched on, evaluated with the surges (mission E3)."""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
import structlog
from django.db import connection, transaction
from django.db.models import QuerySet

from shouwen.casework.rules import standing_policy
from shouwen.core import words
from shouwen.core.duties import OVERSEERS, Duty, reach_of
from shouwen.core.masking import seal
from shouwen.core.people import Actor, Unit
from shouwen.core.refusal import Refusal, RefusedForNow
from shouwen.core.text import Text
from shouwen.core.watch_rules import MOST_DAYS, Per, warnings_of
from shouwen.insight import statistics
from shouwen.insight.watching import raising, rule_counts
from shouwen.insight.watching.models import WatchRule
from shouwen.insight.watching.series import PRODUCT_AXIS
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

log = structlog.get_logger()
MAKERS = frozenset({Duty.UNION_OFFICER, Duty.HOTLINE_SUPERVISOR, Duty.LEADER})
MOST_COUNT = 1_000
MOST_ON = 200
"""Rules of the whole bank that may be on at once."""
MOST_ON_OF_ONE, MOST_MADE_BY_ONE = 40, 100
"""Rules that one person may have switched on, and may have written: nobody uses up those of the bank. Source: bank-default."""
TEST_DAYS = 365
MOST_SHOWN = 200
"""Days of a back-test that are kept to be shown."""
AT_ONCE = 40
DAY = timedelta(days=1)


class Asked(msgspec.Struct, frozen=True):
    """What a rule says, as it is typed. Codes are of the standing pack, empty where nothing is narrowed."""

    unit: int
    per: str
    count: int
    days: int
    class_code: str = ""
    cause: str = ""
    channel: str = ""
    product: str = ""
    word: str = ""


class TestedDay(msgspec.Struct, frozen=True):
    """试算中的一天: `unit`, `dimension` and `code` say of what."""

    unit: int
    dimension: str
    code: str
    day: date
    first: date
    observed: int


class Tested(msgspec.Struct, frozen=True):
    """试算结果 over the days `first` to `last`: how many days reach the rule, how many warnings they make, and the newest of them.

    What is hidden from the people of `hidden_from` is not counted; to anybody else it is not shown.
    """

    first: date
    last: date
    days: int
    warnings: int
    by_month: dict[str, int]
    shown: tuple[TestedDay, ...]
    hidden_from: tuple[int, ...] = ()

    @property
    def per_year(self) -> float:
        return self.warnings * 365.25 / ((self.last - self.first).days + 1)


def units(actor: Actor) -> list[Unit]:
    """The units for which this person writes rules: those looked after with one of the duties, open ones."""
    tops = {reach_of(post) for post in actor.posts if post.duty in MAKERS}
    return [unit for unit in directory().open_units() if not tops.isdisjoint(unit.line)] if tops else []


def readable(actor: Actor) -> QuerySet[WatchRule]:
    """The rules on units whose statistics this person reads."""
    tops = {unit.id for unit in statistics.roots(actor)}
    within = [unit.id for unit in directory().units() if not tops.isdisjoint(unit.line)] if tops else []
    return WatchRule.objects.filter(unit__in=within)


def may_change(actor: Actor, rule: WatchRule) -> bool:
    """Who wrote it, and who looks after both the unit and whoever wrote it: nobody switches off by which the superior watches the own unit."""
    if actor.id is None or all(unit.id != rule.unit for unit in units(actor)):
        return False
    people = directory()
    writer = people.person(rule.made_by)
    home = people.unit(writer.unit_id) if writer else None
    tops = {reach_of(post) for post in actor.posts if post.duty in MAKERS}
    return rule.made_by == actor.id or home is None or not tops.isdisjoint(home.line)


@transaction.atomic
def make(actor: Actor, key: UUID, asked: Asked, now: datetime) -> WatchRule:
    """新建规则, off. The same key again is the same rule. Refused: what `require` refuses, more than one person may write."""
    require(actor, asked)
    assert actor.id is not None
    mine = WatchRule.objects.filter(made_by=actor.id)
    if mine.count() >= MOST_MADE_BY_ONE and not mine.filter(key=key).exists():
        raise Refusal(
            "too-many-rules",
            Text(
                f"每人最多设定 {MOST_MADE_BY_ONE} 条规则，请修改一条不再需要的规则。",
                f"Each person writes at most {MOST_MADE_BY_ONE} rules. Change one that is no longer needed.",
            ),
        )
    told = {**_fields(asked), "made_by": actor.id, "made_at": now}
    rule, _is_new = WatchRule.objects.get_or_create(key=key, defaults=told)
    if rule.made_by != actor.id:
        raise _not_yours()
    return rule


@transaction.atomic
def change(actor: Actor, rule: WatchRule, asked: Asked, now: datetime) -> WatchRule:
    """修改规则: another version, off until it is tested again. What is the same changes nothing. Refused: what `require` refuses."""
    rule = _locked(actor, rule)
    require(actor, asked)
    fields = _fields(asked)
    if all(getattr(rule, name) == value for name, value in fields.items()):
        return rule
    for name, value in fields.items():
        setattr(rule, name, value)
    rule.version += 1
    rule.is_on, rule.watched_until, rule.test = False, None, None
    rule.changed_by, rule.changed_at = actor.id, now
    rule.save()
    return rule


@transaction.atomic
def test(actor: Actor, rule: WatchRule, now: datetime) -> WatchRule:
    """试算 on the past twelve months, kept with the version it is of, without the complaints about those who may read it. Refused: not this
    person's unit, more complaints than can be looked at, while another is tested."""
    _require_turn()
    rule = _locked(actor, rule)
    tested = tested_on(rule, last_day(rule, now), _readers(rule, now) | actor.stands_for | _writers(rule))
    rule.tested_version, rule.tested_at = rule.version, now
    rule.test = msgspec.to_builtins(tested)
    rule.save(update_fields=["tested_version", "tested_at", "test"])
    return rule


def _require_turn() -> None:
    """One back-test at a time in the whole bank, and nobody waits: many at once would hold up every page."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('shouwen.watch_rule.test'))")
        if not cursor.fetchone()[0]:
            raise RefusedForNow(
                "rule-test-busy",
                Text(
                    "正在试算另一条规则，请过一会儿再点“试算”。", "Another rule is being tested. Try again in a moment."
                ),
            )


def _readers(rule: WatchRule, now: datetime) -> frozenset[int]:
    """Who reads the statistics of the rule's unit by a post of their own."""
    people, on = directory(), working_calendar().local_date(now)
    unit = people.unit(rule.unit)
    line = unit.line if unit else ()
    found = {each.id for above in line for each in people.holders(Duty.LEADER, above, on)}
    rooms = [each.id for each in people.units() if each.institution_id in line]
    found |= {each.id for room in rooms for duty in OVERSEERS for each in people.holders(duty, room, on)}
    return frozenset(found)


def _writers(rule: WatchRule) -> frozenset[int]:
    """Who has had a hand in the rule: it counts no complaint that is hidden from them, for they could ask it word by word."""
    return frozenset(each for each in (rule.made_by, rule.changed_by, rule.switched_by) if each is not None)


def tested_on(rule: WatchRule, last: date, hidden_from: Collection[int]) -> Tested:
    """What the rule would have found in the twelve months up to `last`."""
    first = last - (TEST_DAYS - 1) * DAY
    found = rule_counts.groups(rule, first, last, hidden_from)
    days = [
        TestedDay(group.key.unit, group.key.dimension, group.key.code, each.day, each.first, each.observed)
        for group in found
        for each in group.found
    ]
    days.sort(key=lambda each: (each.day, each.code), reverse=True)
    return Tested(
        first,
        last,
        len(days),
        sum(warnings_of(group.found) for group in found),
        dict(sorted(Counter(f"{each.day:%Y-%m}" for each in days).items())),
        tuple(days[:MOST_SHOWN]),
        tuple(sorted(hidden_from)),
    )


def result_of(rule: WatchRule, actor: Actor) -> Tested | None:
    """The kept back-test of this version, for those whose own complaints it leaves out. Whoever came later tests anew."""
    tested = msgspec.convert(rule.test, Tested) if rule.test is not None and rule.is_tested else None
    return tested if tested is not None and actor.id in tested.hidden_from else None


@transaction.atomic
def switch_on(actor: Actor, rule: WatchRule, version: int, now: datetime) -> WatchRule:
    """启用: from today's complaints on. Refused: this version was not tested, it is not the version on the page, too many rules are on."""
    rule = _locked(actor, rule)
    if rule.version != version or not rule.is_tested:
        raise Refusal(
            "rule-untested",
            Text(
                "启用前须先试算当前版本的规则，请先点“试算”。",
                "This version of the rule must be back-tested before it is switched on. Run the back-test first.",
            ),
        )
    if rule.is_on:
        return rule
    are_on = WatchRule.objects.filter(is_on=True)
    if are_on.filter(switched_by=actor.id).count() >= MOST_ON_OF_ONE:
        raise Refusal(
            "too-many-rules",
            Text(
                f"每人最多同时启用 {MOST_ON_OF_ONE} 条规则，请先停用不再需要的规则。",
                f"Each person has at most {MOST_ON_OF_ONE} rules on at once. Switch off one that is no longer needed.",
            ),
        )
    if are_on.count() >= MOST_ON:
        raise Refusal(
            "too-many-rules",
            Text(
                f"全行最多同时启用 {MOST_ON} 条规则，请先停用不再需要的规则。",
                f"At most {MOST_ON} rules are on at once in the bank. Switch off one that is no longer needed.",
            ),
        )
    rule.is_on, rule.watched_until = True, last_day(rule, now)
    rule.switched_by, rule.switched_at = actor.id, now
    rule.save(update_fields=["is_on", "watched_until", "switched_by", "switched_at"])
    return rule


@transaction.atomic
def switch_off(actor: Actor, rule: WatchRule, now: datetime) -> WatchRule:
    """停用. Warnings that it has raised stay."""
    rule = _locked(actor, rule)
    if rule.is_on:
        rule.is_on, rule.switched_by, rule.switched_at = False, actor.id, now
        rule.save(update_fields=["is_on", "switched_by", "switched_at"])
    return rule


def last_day(rule: WatchRule, now: datetime) -> date:
    """The last day that can be judged: yesterday, or as much earlier as what the rule asks for is recorded late."""
    yesterday = working_calendar().local_date(now) - DAY
    late = standing_policy(yesterday).early_warning.recorded_late_days if rule_counts.is_late(rule) else 0
    return yesterday - late * DAY


# --- The daily job --------------------------------------------------------------------------------------------------------


def watch(now: datetime) -> int:
    """Evaluate every rule that is on for the days since it was last; returns how many warnings were raised."""
    raised = 0
    for rule_id in WatchRule.objects.filter(is_on=True).order_by("id").values_list("id", flat=True):
        try:
            raised += _watch_one(rule_id, now)
        except Refusal as refusal:
            log.warning("watch_rule_not_evaluated", rule=rule_id, reason=refusal.rule)
    return raised


@transaction.atomic
def _watch_one(rule_id: int, now: datetime) -> int:
    rule = WatchRule.objects.select_for_update().get(id=rule_id)
    if not rule.is_on or rule.watched_until is None:
        return 0
    first = rule.watched_until + DAY
    last = min(last_day(rule, now), rule.watched_until + AT_ONCE * DAY)
    if last < first:
        return 0
    found = [
        (each, group.key) for group in rule_counts.groups(rule, first, last, _writers(rule)) for each in group.found
    ]
    raised = sum(raising.record(key, (each,), now, rule) for each, key in sorted(found))
    rule.watched_until = last
    rule.save(update_fields=["watched_until"])
    return raised


# --- What a rule may say ----------------------------------------------------------------------------------------------------


def require(actor: Actor, asked: Asked) -> None:
    """Refused: a unit out of reach, a count or a window that makes no sense, codes that the pack does not have, a word of which nothing can be looked
    for, and the same narrowed that is asked for."""
    if all(unit.id != asked.unit for unit in units(actor)):
        raise _not_yours()
    if asked.per not in set(Per):
        raise Refusal(
            "per-unknown",
            Text("请从列表中选择统计对象。", "Choose from the list what they have in common."),
            field="per",
        )
    if not 2 <= asked.count <= MOST_COUNT:
        raise _between("count", Text("件数", "The number of complaints"), 2, MOST_COUNT)
    if not 1 <= asked.days <= MOST_DAYS:
        raise _between("days", Text("工作日数", "The number of working days"), 1, MOST_DAYS)
    _require_codes(asked)
    if asked.word and (len(asked.word) > 40 or not words.query(asked.word)):
        raise Refusal(
            "word-unfit",
            Text("词语应为 1 至 40 个汉字、字母或数字。", "A word has 1 to 40 Chinese characters, letters or digits."),
            field="word",
        )
    if asked.word and seal(asked.word).text != asked.word:
        raise Refusal(
            "word-personal",
            Text(
                "规则中不得填写电话、证件号、卡号等个人信息，请改用一般词语。",
                "A rule holds no phone, identity or card numbers. Use a general word.",
            ),
            field="word",
        )


def _require_codes(asked: Asked) -> None:
    policy = standing_policy()
    axis = next((each for each in policy.statistics if each.code == PRODUCT_AXIS), None)
    known = {
        "class_code": {each.code for each in policy.classes},
        "cause": {each.code for each in policy.causes},
        "channel": {each.code for each in policy.channels},
        "product": {each.code for each in axis.categories} if axis else set(),
    }
    for field, codes in known.items():
        if (code := getattr(asked, field)) and code not in codes:
            raise Refusal("code-unknown", Text("请从列表中选择。", "Choose from the list."), field=field)
    if asked.per == Per.PRODUCT and axis is None:
        raise Refusal(
            "no-products",
            Text(
                "现行规则包没有业务类别，请选择其他统计对象。",
                "The standing pack knows no products. Choose something else.",
            ),
            field="per",
        )


def _between(field: str, title: Text, low: int, high: int) -> Refusal:
    return Refusal(
        "number-unfit",
        Text(f"{title.zh}应为 {low} 至 {high} 的整数。", f"{title.en} is a whole number from {low} to {high}."),
        field=field,
    )


def _fields(asked: Asked) -> dict[str, object]:
    return msgspec.structs.asdict(asked) | {"word": "".join(filter(str.isprintable, asked.word)).strip()}


def _locked(actor: Actor, rule: WatchRule) -> WatchRule:
    row = WatchRule.objects.select_for_update().get(id=rule.id)
    if not may_change(actor, row):
        raise _not_yours()
    return row


def _not_yours() -> Refusal:
    return Refusal(
        "rule-not-yours",
        Text(
            "监测规则由负责人、工会专员或热线主管为本机构及下级设定，请重新选择机构。",
            "Leaders, union officers and hotline supervisors write watch rules for their institution and those below. Choose another unit.",
        ),
        field="unit",
    )
