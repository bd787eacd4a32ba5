"""A year of casework: the same dice, the same year. Each step is a command through the core at a moment of its own."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from shouwen.casework.bulk import Batch
from shouwen.casework.rules import policy_of, standing_policy
from shouwen.casework.vault import Details
from shouwen.core.complaint import Command, Complaint, Stage
from shouwen.core.complaint.answering import AnswerSuperior, CheckReply, DraftReply, Measure, Reply
from shouwen.core.complaint.categorising import Categorise
from shouwen.core.complaint.clocks import MarkTime
from shouwen.core.complaint.customer import AddStatement, AnswerReview, AskReview, Withdraw
from shouwen.core.complaint.ending import Archive, Close, Reopen
from shouwen.core.complaint.media import TellLeaders
from shouwen.core.complaint.receiving import Accept, Decline, Register
from shouwen.core.complaint.recording import Acknowledge, AddNote
from shouwen.core.complaint.routing import Dispatch, HandOver, PassOn, SendBack, SignFor
from shouwen.core.complaint.signing import SignReply, awaits_signature
from shouwen.core.complaint.withdrawing import CheckWithdrawal, who_could_lean
from shouwen.core.people import Actor
from shouwen.core.workdays import WorkingCalendar
from shouwen.demo.channels import CHANNELS, MONITOR, REGISTRARS, facts_of
from shouwen.demo.stories import GIVEN_NAMES, PRODUCTS, STORIES, SURNAMES, Story

TIMER = Actor(person=None, system="timer")
GENERATED = "demo"
"""The source of every complaint of the demo bank: its page says that it is generated."""
CUSTOMER = Actor(person=None, system="customer")
REVIEWER = "100210"
RECENT = timedelta(days=30)
OUTLETS = ("111101", "111102", "111201", "112101", "121101")
ABOUT = (*OUTLETS, *OUTLETS, "111100", "111200", "112100", "121100", "111000", "112000")
NOTES = (
    "已电话联系客户，客户表示愿意配合调查。",
    "客户来电询问进展，已告知正在调取录像。",
    "客户补充了业务回单照片，已存档。",
    "与被投诉单位负责人沟通，要求两日内反馈。",
    "客户情绪较激动，已安抚并说明处理时限。",
)
SEND_BACK_REASONS = ("该业务由上级行集中处理，请转办银行卡部。", "经核对不是本网点办理的业务，请核实后重新转办。")
RETURN_REASONS = ("整改措施过于笼统，请写明具体时间和责任人。", "请补充调取录像的时间和结论。")
WITHDRAWN = "问题已经解决，本人自愿撤回投诉，知悉撤诉后不再处理。"
ASKED_AGAIN = "已致电客户核实，撤诉出于自愿，无人施压。"
REVIEW_REASON = "对答复中责任认定的部分不认可，请上级行核查。"
REVIEW_OPINION = "经核查，原答复事实清楚、处理适当，维持原答复。"
NEWS = "补充一点：当时还有一位大堂经理在场，可以作证。"
AXES = ("business_channel", "business_type", "cause")
UNCHOSEN = 9
"""What was received on every ninth day of a month is not categorised yet: there is something to choose."""
HIGHER = "100005"
"""再次投诉: what a level below answered before goes to the head office's department."""
AGAIN = "我之前为同一件事投诉过，问题又出现了。"
DECLINE_REASON = "经核对，您反映的事项已由人民法院立案审理，不属于本行投诉处理范围。"


class Dice(Random):
    """The generator's only source of chance."""

    def one_of(self, weights: dict[str, int]) -> str:
        return self.choices(list(weights), list(weights.values()))[0]

    def happens(self, percent: float) -> bool:
        return self.random() * 100 < percent


class Year:
    """Writes complaints received in the year before `until`. `actor` gives the actor of an employee number, `unit` a unit's id."""

    def __init__(
        self,
        until: datetime,
        actor: Callable[[str], Actor],
        unit: Callable[[str], int],
        calendar: WorkingCalendar,
        zone: ZoneInfo,
    ) -> None:
        self.until = until
        self.actor = actor
        self.unit = unit
        self.calendar = calendar
        self.zone = zone
        self.customers: list[tuple[str, Details]] = []

    def write(self, count: int, seed: int, batch: Batch) -> None:
        """Put `count` complaints with their lives into the batch, oldest first."""
        dice = Dice(seed)
        received = sorted(self._receipt(dice, index, count) for index in range(count))
        for index, moment in enumerate(received):
            Life(self, dice, batch, STORIES[index % len(STORIES)], moment).live()

    def _receipt(self, dice: Dice, index: int, count: int) -> datetime:
        """A moment in the year, one in seven of them within the last two weeks, so that the desk has work."""
        days = dice.uniform(0.05, 14) if index < count // 7 else dice.uniform(14, 365)
        day = (self.until - timedelta(days=days)).astimezone(self.zone).date()
        clock = time(dice.choice((8, 9, 9, 10, 10, 11, 14, 15, 15, 16, 17, 20)), dice.randrange(60))
        return min(datetime.combine(day, clock, self.zone), self.until - timedelta(minutes=30))

    def later(self, dice: Dice, moment: datetime, low: float, high: float) -> datetime:
        """Some working hours after `moment`: 8 hours of a day, from 9 to 17."""
        local = moment.astimezone(self.zone)
        hours = dice.uniform(low, high)
        while True:
            opening = datetime.combine(local.date(), time(9), self.zone)
            closing = datetime.combine(local.date(), time(17), self.zone)
            if self.calendar.is_working(local.date()) and local < closing:
                start = max(local, opening)
                room = (closing - start).total_seconds() / 3600
                if hours <= room:
                    return start + timedelta(hours=hours)
                hours -= room
            local = datetime.combine(local.date() + timedelta(days=1), time(9), self.zone)


class Stopped(Exception):
    """The next step would lie after the present day: the complaint is still open."""


class Life:
    """One complaint from the first word to as far as time allows."""

    def __init__(self, year: Year, dice: Dice, batch: Batch, story: Story, received: datetime) -> None:
        self.year = year
        self.dice = dice
        self.batch = batch
        self.moment = received
        self.received = received
        self.channel = dice.one_of(CHANNELS)
        self.about = dice.choice(ABOUT)
        if self.channel in ("visit", "opinion_book"):
            self.about = dice.choice(OUTLETS)
        self.registrar = REGISTRARS.get(self.channel, f"{self.about}03")
        self.receiver = self.registrar
        self.slow = dice.happens(12)
        self.anonymous = dice.happens(6)
        self.repeats = 7
        self.is_recent = year.until - received < RECENT
        self.complaint: Complaint | None = None
        self.words = {
            "branch": "贵行网点",
            "day": f"{received.month}月{received.day}日",
            "amount": f"{dice.randrange(2, 900) * 100}",
            "product": dice.choice(PRODUCTS),
            "minutes": str(dice.randrange(25, 95)),
            "name": "",
        }
        self.story = self._told(story)

    def _told(self, story: Story) -> Story:
        filled = {
            field: value.format_map(self.words)
            for field in story.__struct_fields__
            if isinstance(value := getattr(story, field), str)
        }
        return msgspec.structs.replace(story, **filled)

    def live(self) -> None:
        try:
            for _ in self._steps():
                pass
        except Stopped:
            pass
        self.hear_the_timer(self.year.until)

    def hear_the_timer(self, until: datetime) -> None:
        """Everything that the timer says about this complaint up to a moment, each at its own time."""
        while self.complaint is not None and self.complaint.timer_at and self.complaint.timer_at <= until:
            at = self.complaint.timer_at
            self.complaint = self.batch.handle(MarkTime(), complaint=self.complaint.id, actor=TIMER, now=at)

    def _do(self, command: Command, who: str | Actor, low: float = 0.2, high: float = 2) -> None:
        self.moment = self.year.later(self.dice, self.moment, low, high * (3 if self.slow else 1))
        if self.moment > self.year.until:
            raise Stopped
        self._at_once(command, who)

    def _at_once(self, command: Command, who: str | Actor) -> None:
        self.hear_the_timer(self.moment)
        assert self.complaint is not None
        actor = self.year.actor(who) if isinstance(who, str) else who
        self.complaint = self.batch.handle(command, complaint=self.complaint.id, actor=actor, now=self.moment)

    def _steps(self) -> Iterator[None]:
        self._register()
        assert self.complaint is not None
        yield
        yield from self._to_the_office()
        if self.dice.happens(4):
            yield from self._declined()
            return
        self._do(Accept(), self.registrar, 0.1, 1.5)
        self._at_once(Acknowledge(), TIMER)
        yield
        if self.dice.happens(10 if self.is_recent else 4) and not self.complaint.secret:
            yield from self._withdrawn()
            return
        yield from self._routed()
        yield from self._answered()
        yield from self._ended()

    def _registered_at(self) -> datetime:
        """Who picks up the phone registers at once."""
        if self.channel == "hotline":
            return self.received
        return min(self.year.later(self.dice, self.received, 0.05, 0.4), self.year.until)

    def _received_by(self) -> str:
        """Who registers it: what stands in the media is noticed by others than the office as often as not."""
        return MONITOR if self.channel == "media" and self.dice.happens(50) else self.registrar

    def _register(self, **changes: Any) -> None:
        dice, anonymous = self.dice, self.anonymous
        earlier = (
            None
            if anonymous or not self.year.customers or not dice.happens(self.repeats)
            else dice.choice(self.year.customers)
        )
        name = dice.choice(SURNAMES) + dice.choice(GIVEN_NAMES)
        phone = f"1{dice.choice('35789')}{dice.randrange(10**9):09d}"
        details = (
            Details()
            if anonymous
            else earlier[1]
            if earlier
            else Details(
                name=name,
                phone=phone,
                email=f"u{phone[-6:]}@example.com",
                address=f"示范市人民路{dice.randrange(1, 300)}号",
            )
        )
        self.moment = self._registered_at()
        self.receiver = self._received_by()
        actor = self.year.actor(self.receiver)
        assert actor.person is not None
        command = Register(
            channel=self.channel,
            channel_facts=facts_of(self.channel, dice, self.received, self.story.title),
            kind=dice.choice(("opinion", "suggestion")) if self._is_opinion() else self.story.kind,
            received_at=self.received,
            receiving_unit=actor.person.unit_id,
            subject=self.story.title,
            statement=(AGAIN if earlier else "")
            + self.story.statement
            + ("" if anonymous else f" 我的电话是{details.phone}。" if dice.happens(30) else ""),
            wish=self.story.wish,
            class_=self.story.class_,
            unit_about=self.year.unit(self.about),
            anonymous=anonymous,
            earlier=(earlier[0],) if earlier else (),
            source=GENERATED,
        )
        self.complaint = self.batch.register(
            msgspec.structs.replace(command, **changes), actor=actor, now=self.moment, details=details
        )
        if not anonymous and earlier is None:
            self.year.customers.append((self.complaint.number, details))

    def _is_opinion(self) -> bool:
        """In the book and the box stand opinions and suggestions as often as complaints."""
        return self.channel == "opinion_book" and self.dice.happens(50)

    def _to_the_office(self) -> Iterator[None]:
        """移交办公室 of what somebody else has noticed in the media."""
        assert self.complaint is not None
        if self.receiver == self.registrar:
            return
        office = self.year.actor(self.registrar)
        assert office.person is not None
        self._at_once(HandOver(to=office.person.id, reason="媒体投诉，按规定由办公室办理和协调。"), MONITOR)
        yield
        self._do(SignFor(), office, 0.1, 1)
        yield

    def _withdrawn(self) -> Iterator[None]:
        assert self.complaint is not None
        self._do(Withdraw(consent=WITHDRAWN, way="phone"), self.registrar, 1, 12)
        yield
        if self.complaint.withdrawal_asked is not None:
            left_out = ".".join(map(str, sorted(who_could_lean(self.complaint))))
            checker = self.year.actor(f"check:{self.complaint.handling_unit}:{left_out}")
            self._do(CheckWithdrawal(passed=True, opinion=ASKED_AGAIN), checker, 0.5, 6)
            yield
        if not self.is_recent:
            self._do(Archive(), self.receiver, 8, 40)
            yield

    def _declined(self) -> Iterator[None]:
        self._do(Decline(ground="in_court", reason=DECLINE_REASON), self.registrar)
        yield
        self._do(Archive(), self.receiver, 8, 40)

    def _routed(self) -> Iterator[None]:
        """Dispatched to the unit complained about, or to discipline inspection; now and then it comes back or waits too long."""
        assert self.complaint is not None
        target = self.about
        if self.complaint.secret:
            target = self._inspection()
        elif self.complaint.earlier:
            target = HIGHER
        self._do(
            Dispatch(unit=self.year.unit(target), instruction="请按首问负责制要求认真核查，按时限回复。"),
            self.registrar,
            0.3,
            3,
        )
        yield
        if self.dice.happens(20 if self.is_recent else 7) and not self.complaint.secret:
            self._do(SendBack(reason=self.dice.choice(SEND_BACK_REASONS)), self._offered(), 0.5, 4)
            yield
            if self.is_recent and self.dice.happens(60):
                raise Stopped
            lead = HIGHER if self.complaint.earlier else "110005"
            self._do(Dispatch(unit=self.year.unit(lead), instruction="请牵头核查并回复客户。"), self.registrar, 0.5, 3)
            yield
        if self.dice.happens(6) and self.complaint.offer and self.complaint.offer.waiting:
            self.moment = max(self.moment, self.complaint.offer.sign_by.limit.at + timedelta(minutes=1))
            self._do(PassOn(), TIMER, 0, 0.01)
            yield
        self._do(SignFor(), self._offered(), 0.2, 5)
        yield

    def _inspection(self) -> str:
        """The discipline inspection of the branch, or the head office's; of a repeat the one that had no part in the first answer."""
        assert self.complaint is not None
        before = {handled.unit for handled in self.complaint.handled_before}
        near = ("110004", "100004") if self.about.startswith("11") else ("100004", "110004")
        return next(code for code in near if self.year.unit(code) not in before)

    def _offered(self) -> Actor:
        assert self.complaint is not None
        assert self.complaint.offer is not None
        return self._person(self.complaint.offer.to)

    def _person(self, person_id: int | None) -> Actor:
        assert person_id is not None
        return self.year.actor(str(-person_id))

    def _responsible(self) -> Actor:
        assert self.complaint is not None
        return self._person(self.complaint.responsible)

    def _is_to_categorise(self) -> bool:
        assert self.complaint is not None
        return bool(standing_policy().statistics) and not self.complaint.categories

    def _answered(self) -> Iterator[None]:
        assert self.complaint is not None
        story = self.story
        if self.dice.happens(8) and not self.complaint.anonymous:
            self._do(AddStatement(text=NEWS, way="portal"), CUSTOMER, 0.2, 6)
            yield
        if self.dice.happens(35):
            self._do(AddNote(text=self.dice.choice(NOTES)), self._responsible(), 0.2, 4)
            yield
        self._do(story.found(), self._responsible(), 1, 9)
        if self.received.day % UNCHOSEN and self._is_to_categorise():
            self._at_once(Categorise(chosen=dict(zip(AXES, story.categories, strict=True))), self._responsible())
        yield
        yield from self._handed_over()
        for attempt in range(2):
            self._do(self._draft(), self._responsible(), 0.5, 6)
            yield
            returned = attempt == 0 and self.dice.happens(9)
            opinion = self.dice.choice(RETURN_REASONS) if returned else "同意。"
            self._do(CheckReply(passed=not returned, opinion=opinion), self._checker(), 0.3, 4)
            yield
            if not returned:
                break
        if awaits_signature(self.complaint, policy_of(self.complaint.policy)):
            self._do(SignReply(passed=True, opinion="口径一致，同意答复。"), self._signer(), 0.3, 4)
            yield
        method = "tracking_code" if self.complaint.anonymous else self.dice.choice(("phone", "phone", "letter", "sms"))
        self._do(Reply(method=method), self._responsible(), 0.2, 4)
        yield

    def _handed_over(self) -> Iterator[None]:
        """Now and then contact A hands the case to contact B of the same unit, who signs."""
        assert self.complaint is not None
        colleague = self.year.actor(f"{self.about}02")
        if not self.dice.happens(5) or self.complaint.secret or colleague.id == self.complaint.responsible:
            return
        assert colleague.person is not None
        if colleague.person.unit_id != self.complaint.handling_unit:
            return
        self._do(HandOver(to=colleague.person.id, reason="本人下周休假，请继续办理。"), self._responsible(), 0.2, 2)
        yield
        self._do(SignFor(), colleague, 0.2, 3)
        yield

    def _checker(self) -> Actor:
        """The leader of the handling unit checks; what the leader wrote, a superior or a colleague checks."""
        assert self.complaint is not None
        assert self.complaint.draft is not None
        left_out = ".".join(map(str, sorted({self.complaint.draft.by, *self.complaint.kept_out})))
        return self.year.actor(f"check:{self.complaint.handling_unit}:{left_out}")

    def _signer(self) -> Actor:
        """The first responsible person of the handling unit, or of the next one above who is not kept out."""
        assert self.complaint is not None
        left_out = ".".join(map(str, sorted(self.complaint.kept_out)))
        return self.year.actor(f"sign:{self.complaint.handling_unit}:{left_out}")

    def _draft(self) -> DraftReply:
        responsible = self._responsible().person
        assert responsible is not None
        return DraftReply(
            facts=self.story.facts,
            responsibility=self.story.responsibility,
            lesson=self.story.lesson,
            measure=self.story.measure,
            satisfaction="unmeasured",
            satisfaction_remark="回复后征询客户意见。",
            handled_at=self.moment,
            handler=responsible.name,
            phone=responsible.phone,
            letter=f"尊敬的客户：\n{self.story.letter}",
        )

    def _ended(self) -> Iterator[None]:
        assert self.complaint is not None
        expectation, perception = self.dice.choice(((3, 4), (4, 4), (3, 3), (4, 3), (5, 5), (4, 5), (5, 2)))
        if self.dice.happens(50 if self.slow else 8):
            self._do(Measure(remark="两次电话回访均无人接听，已发短信邀请评价。"), self._responsible(), 4, 30)
        else:
            remark = "客户仍认为赔偿不足。" if expectation > perception else ""
            self._do(Measure(expectation=expectation, perception=perception, remark=remark), self._responsible(), 2, 20)
        yield
        if self.channel == "transfer" and self.complaint.superior_replied_at is None:
            self._do(AnswerSuperior(remark="已按六要素书面回复。"), self._responsible(), 0.5, 4)
            yield
        if expectation - perception >= 3 and self.dice.happens(60) and self.complaint.reopened == 0:
            self._do(Reopen(reason="客户对答复不满意并提供了新的材料。"), self._responsible(), 1, 6)
            yield
            yield from self._answered()
            yield from self._ended()
            return
        if self.channel == "media" and self.complaint.leaders_told_at is None:
            self._at_once(TellLeaders("媒体报道的处理结果已回复客户，请知悉。"), self._responsible())
            yield
        self._do(Close(summary="客户已知悉处理结果。"), self._responsible(), 1, 8)
        yield
        if self.complaint.stage is Stage.CLOSED:
            self._do(Archive(), self.receiver, 16, 60)
            yield
        if self.dice.happens(25 if self.is_recent else 3) and not self.complaint.secret:
            yield from self._reviewed()

    def _reviewed(self) -> Iterator[None]:
        """客户申请核查: answered by the union of the head office, unless it was asked for only lately."""
        self._do(AskReview(reason=REVIEW_REASON, way="portal"), CUSTOMER, 2, 20)
        yield
        if not self.is_recent:
            self._do(AnswerReview(opinion=REVIEW_OPINION), REVIEWER, 4, 16)
            yield
