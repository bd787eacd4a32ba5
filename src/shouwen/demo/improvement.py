"""改进事项 of the demo bank, one in every state, through the door of the improvement room; and the themes, counted as the worker does.

A wave of complaints about annual fees comes before the first measure. Where exactly the year's dice show a clear fall, and where none, is
looked up: the two measures that were judged are put there.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from shouwen.casework import queries
from shouwen.casework.bulk import Batch
from shouwen.casework.rules import standing_policy
from shouwen.core.improvement import Act, Item, Measured
from shouwen.core.improvement.acts import Proposal
from shouwen.core.improvement.effect import Verdict
from shouwen.core.people import Actor
from shouwen.demo.stories import STORIES
from shouwen.demo.year import Dice, Life, Year
from shouwen.insight.improvement import measuring, working
from shouwen.insight.improvement.models import ImprovementItem
from shouwen.insight.themes import following
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.organisation.models import Staff

HEAD, RETAIL, CARDS, OUTLET, BRANCH = "100000", "100005", "110005", "111101", "110000"
BANK_LEADER, UNION, SUPERVISOR, RETAIL_LEADER, BRANCH_LEADER = "000002", "100201", "100110", "100510", "110010"
OUTLET_LEADER, CONTACT, AGENT = "11110110", "11110101", "100101"
DONE_BEFORE = range(40, 130, 10)
"""Days ago on which a measure may have been done."""


WAVE, WAVE_ENDED = 18, 68
"""How many complaints the wave has, one every other day, and how many days ago the last one came."""


class Played:
    """One item in the hands of the demo, with who does what on which day before `until`."""

    def __init__(self, until: datetime, place: int) -> None:
        self.until = until
        self.key = UUID(int=2008_0000 + place)
        self.row = ImprovementItem()

    def propose(self, who: str, days_ago: int, unit: str, **given: Any) -> "Played":
        owner_unit = directory().unit_by_code(unit)
        assert owner_unit is not None
        proposal = Proposal(owner_unit=owner_unit.id, **given)
        moment = self.until - timedelta(days_ago)
        self.row = working.propose(actor(who, self.until), proposal, key=self.key, now=moment)
        return self

    def take(self, who: str, days_ago: int, act: Act, **given: Any) -> "Played":
        moment, seen = self.until - timedelta(days_ago), self.row.version
        self.row = working.take(actor(who, self.until), self.row.number, act, given, seen=seen, now=moment)
        return self

    def accept(self, who: str, days_ago: int, due_ago: int, measured: Measured | None = None) -> "Played":
        due = day_of(self.until) - timedelta(due_ago)
        return self.take(who, days_ago, Act.ACCEPT, owner=None, due_on=due, measured=measured)

    def finish(self, who: str, days_ago: int, measure: str) -> "Played":
        return self.take(who, days_ago, Act.FINISH, measure=measure, done_on=day_of(self.until) - timedelta(days_ago))


def wave(year: Year, batch: Batch) -> None:
    """年费投诉的一阵: complaints about one thing that come within five weeks and then stop."""
    fees = next(story for story in STORIES if "年费" in story.title)
    for place in range(WAVE):
        Life(
            year, Dice(7_000 + place), batch, fees, year.until - timedelta(days=WAVE_ENDED + 2 * place, hours=5)
        ).live()


def improve(until: datetime) -> None:
    """Play the items and count the themes."""
    following.follow(until)
    _judged(until)
    _on_the_way(until)
    _proposed(until)
    working.remind(until)


def _judged(until: datetime) -> None:
    fell, days = _where(until, Verdict.FELL)
    Played(until, 1).propose(
        UNION,
        days + 20,
        RETAIL,
        kind="defect",
        field="process",
        title="扣费前发送提醒短信，费用标准在柜台公示",
        text="客户多次反映事先不知道要收费。建议扣费前三天发送提醒，并在网点公示收费标准和减免条件。",
        measured=fell,
    ).accept(BANK_LEADER, days + 15, days - 5, fell).take(
        RETAIL_LEADER, days + 8, Act.NOTE, text="短信模板已定稿，正在联调。"
    ).finish(RETAIL_LEADER, days, "提醒短信已上线，收费标准已在全部网点公示。").take(
        UNION, 2, Act.JUDGE, finding="effective", text="整改后同类投诉明显减少，抽查网点公示齐全。"
    )
    flat, days = _where(until, Verdict.UNCLEAR)
    Played(until, 2).propose(
        SUPERVISOR,
        days + 25,
        RETAIL,
        kind="defect",
        field="training",
        title="统一热线和网点的解释口径",
        text="同一业务热线与网点说法不一，客户往返询问。建议编写统一问答并培训。",
        measured=flat,
    ).accept(BANK_LEADER, days + 20, days, flat).finish(RETAIL_LEADER, days, "统一问答已下发，完成两轮线上培训。").take(
        UNION, 3, Act.JUDGE, finding="not_effective", text="件数变化不明显，抽查仍有口径不一致，需另提措施。"
    )


def _on_the_way(until: datetime) -> None:
    Played(until, 3).propose(
        CONTACT,
        40,
        OUTLET,
        kind="defect",
        field="process",
        title="午间增开弹性窗口",
        text="午间只开一个窗口，老年客户排队时间长。建议由大堂经理调配，排队超过十人即增开窗口。",
        measured=Measured(_unit(OUTLET), "class", "attitude"),
    ).accept(OUTLET_LEADER, 36, -20, Measured(_unit(OUTLET), "class", "attitude")).finish(
        OUTLET_LEADER, 9, "午间排班已调整，增设弹性窗口。"
    )
    Played(until, 4).propose(
        AGENT,
        30,
        OUTLET,
        kind="opportunity",
        field="product",
        title="为代发工资客户提供到账短信套餐",
        text="不少客户来电只为查询工资是否到账。可主动提供到账通知，减少来电，也增加签约。",
    ).accept(BRANCH_LEADER, 24, -25).take(OUTLET_LEADER, 6, Act.NOTE, text="已与两家代发单位沟通，正在准备签约材料。")
    Played(until, 5).propose(
        UNION,
        70,
        CARDS,
        kind="defect",
        field="product",
        title="信用卡年费减免条件写入申请页首屏",
        text="客户反映办卡时未被告知年费减免条件。建议在申请页首屏和合同摘要中写明。",
        measured=Measured(_unit(BRANCH), "channel", "hotline"),
    ).accept(BRANCH_LEADER, 64, 5, Measured(_unit(BRANCH), "channel", "hotline"))


def _proposed(until: datetime) -> None:
    row = queries.visible_to(actor(CONTACT, until)).filter(secret=False).order_by("-received_at").first()
    Played(until, 6).propose(
        CONTACT,
        2,
        RETAIL,
        kind="defect",
        field="process",
        title="资料清单一次告知",
        text="客户为同一业务跑了两次网点。建议在预约时一次告知所需资料，并可在手机上预审。",
        origin="complaint" if row else "free",
        reference=row.number if row else "",
    )
    Played(until, 7).propose(
        UNION,
        1,
        CARDS,
        kind="opportunity",
        field="product",
        title="年费可用积分抵扣",
        text="“年费”一词近期较多。可考虑用积分抵扣年费，既减少投诉，也提高用卡。",
        origin="theme",
        reference="年费",
    )
    Played(until, 8).propose(
        AGENT,
        35,
        RETAIL,
        kind="defect",
        field="training",
        title="每月组织全员抄写服务规范",
        text="建议每月组织全员抄写服务规范一遍，加强记忆。",
    ).take(BANK_LEADER, 30, Act.DECLINE, reason="抄写不能解决问题，已改为情景演练，请结合具体投诉另提建议。")


def _where(until: datetime, wanted: Verdict) -> tuple[Measured, int]:
    """What is measured, and how many days ago the measure was done, so that the figures say what is wanted as clearly as they can."""
    found = [(of, days, told) for of, days, told in _tried(until) if told.verdict is wanted and not told.few]

    def clearness(each: tuple[Measured, int, Any]) -> float:
        high = float(each[2].by_days.interval.high)
        return high if wanted is Verdict.FELL else abs(each[2].by_days.value - 1)

    if not found:
        return Measured(_unit(HEAD)), DONE_BEFORE[0]
    of, days, _told = min(found, key=clearness)
    return of, days


def _tried(until: datetime) -> Iterator[tuple[Measured, int, Any]]:
    today, policy = day_of(until), standing_policy()
    codes = [("class", each.code) for each in policy.given_classes] + [("cause", each.code) for each in policy.causes]
    for dimension, code in codes:
        for days in DONE_BEFORE:
            measured = Measured(_unit(HEAD), dimension, code)
            done_on = today - timedelta(days)
            told = measuring.effect_of(_sample(measured, done_on - timedelta(20), done_on), today)
            if told is not None and told.by_days is not None and told.by_days.value is not None:
                yield measured, days, told


def _sample(measured: Measured, proposed_on: date, done_on: date) -> Item:
    fields: dict[str, Any] = {"number": "", "title": "", "text": "", "proposed_by": 0, "proposed_unit": 0}
    kinds: dict[str, Any] = {"kind": "defect", "field": "process", "origin": "free", "owner_unit": 0}
    return Item(**fields, **kinds, proposed_on=proposed_on, done_on=done_on, measured=measured)


def _unit(code: str) -> int:
    unit = directory().unit_by_code(code)
    assert unit is not None
    return unit.id


def actor(who: str, until: datetime) -> Actor:
    return directory().actor_for(Staff.objects.get(employee_no=who), on=day_of(until))


def day_of(moment: datetime) -> date:
    return working_calendar().local_date(moment)
