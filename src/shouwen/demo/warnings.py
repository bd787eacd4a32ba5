"""事前预防 of the demo bank: two surges that really are in its data, found by the ordinary job, and two watch rules (mission E3).

One surge is some weeks old and its warning closed with a finding; one is of the last days and waits for its owner. The generated year has one in
seven complaints in its last two weeks, and the scenes of the cast on its last day: what the job finds of the former is closed as what it is,
an artefact of the data, and the days of the latter are not judged.
"""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from shouwen.casework.bulk import Batch
from shouwen.core.people import Actor
from shouwen.demo.channels import REGISTRARS
from shouwen.demo.stories import STORIES
from shouwen.demo.year import Dice, Life, Year
from shouwen.insight.watching import rules, surges, warnings
from shouwen.insight.watching.models import EarlyWarning, FindingKind, SurgeWatch
from shouwen.insight.watching.rules import Asked
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.organisation.models import Staff

DAY = timedelta(days=1)
UNION = "100201"
OLD, NEW = ("112101", 42, (8, 5)), ("121101", 5, (7, 4, 3))
"""Outlet, days ago, and complaints of each day from then on."""
WATCHED = 60
HEAPED = 16
"""Warnings of the last days are of the way in which the year is generated."""
SCENES = 2
"""Days before the present on which the scenes of the cast take place."""
TITLE = "自助取款机"
FOUND = "网点自助取款机钞箱故障连续两天未修复，客户集中反映；已更换钞箱并向客户致歉。"
HEAP = "示范数据集中生成在最近两周，不反映真实变化，已核对登记日期。"
CHANCE = "逐件核对，投诉内容各不相同，涉及不同网点和业务，属偶然波动。"


class Surged(Life):
    """A complaint of a surge: always about the same, at the same outlet."""

    def __init__(self, year: Year, dice: Dice, batch: Batch, moment: datetime, outlet: str) -> None:
        story = next((each for each in STORIES if TITLE in each.title), STORIES[0])
        super().__init__(year, dice, batch, story, moment)
        self.about, self.anonymous, self.repeats = outlet, False, 0
        self.channel = dice.choice(("hotline", "visit", "letter"))
        self.registrar = REGISTRARS.get(self.channel, f"{outlet}03")
        self.receiver = self.registrar


def surge(year: Year, batch: Batch, seed: int) -> None:
    """Put the complaints of both surges into the batch."""
    dice = Dice(seed + 3)
    today = year.until.astimezone(year.zone).date()
    for outlet, ago, counts in (OLD, NEW):
        for index, count in enumerate(counts):
            day = today - (ago - index) * DAY
            for _ in range(count):
                clock = time(dice.choice((9, 10, 11, 14, 15, 16)), dice.randrange(60))
                Surged(year, dice, batch, datetime.combine(day, clock, year.zone), outlet).live()


def watch(until: datetime) -> None:
    """The ordinary job, morning by morning; then what owners and rule writers did."""
    today = working_calendar().local_date(until)
    for ago in range(WATCHED, SCENES - 1, -1):
        morning = datetime.combine(today - ago * DAY, time(8), working_calendar().zone)
        surges.watch(morning, since=today - WATCHED * DAY)
    SurgeWatch.objects.update(watched_until=today - DAY)
    for held in EarlyWarning.objects.order_by("id"):
        _settle(held, today)
    _write_rules(until)


def _settle(held: EarlyWarning, today: date) -> None:
    """Everything but the surge of the last days is closed by its owner."""
    old, new = (directory().unit_by_code(each[0]) for each in (OLD, NEW))
    assert old is not None
    assert new is not None
    if held.unit == new.id:
        return
    finding, words = FindingKind.CHANCE, CHANCE
    if held.unit in old.line and held.dimension != "all":
        finding, words = FindingKind.REAL, FOUND
    if held.last_on > today - HEAPED * DAY:
        finding, words = FindingKind.DATA, HEAP
    owner = _actor(Staff.objects.get(id=held.owner), held.made_at)
    warnings.take(owner, held, held.made_at + timedelta(hours=3))
    last_seen = datetime.combine(held.last_on + DAY, time(8), working_calendar().zone)
    warnings.close(owner, held, finding, words, max(held.made_at, last_seen) + timedelta(hours=6))


def _write_rules(now: datetime) -> None:
    """One that is on, and one that nobody has tested yet."""
    officer = _actor(Staff.objects.get(employee_no=UNION), now)
    head_office = officer.posts[0].scope_id
    rule = rules.make(officer, UUID(int=1), Asked(head_office, "unit", 3, 5), now)
    rule = rules.test(officer, rule, now)
    rules.switch_on(officer, rule, rule.version, now)
    rules.make(officer, UUID(int=2), Asked(head_office, "class", 4, 10, word="排队"), now)


def _actor(staff: Staff, on: datetime) -> Actor:
    return directory().actor_for(staff, on=working_calendar().local_date(on))
