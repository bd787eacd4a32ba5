"""固定场景: one complaint for each situation that a visitor should find, whatever the day on which the demo bank is loaded.

The year (`year.py`) is diced, and on some days no complaint happens to wait in a stage. These are told step by step, with moments
counted back from the present.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from shouwen.casework.bulk import Batch
from shouwen.casework.rules import standing_policy
from shouwen.core.complaint import Command, Complaint
from shouwen.core.complaint.answering import AnswerSuperior, CheckReply, Measure, Reply
from shouwen.core.complaint.customer import AddStatement, AskReview, Withdraw
from shouwen.core.complaint.dispute import RecordDispute
from shouwen.core.complaint.ending import Archive, Close, Reopen
from shouwen.core.complaint.extending import DecideExtension, RequestExtension
from shouwen.core.complaint.group import JoinGroup
from shouwen.core.complaint.media import LogPress, NameSpokesperson, TellLeaders
from shouwen.core.complaint.merging import MergeInto
from shouwen.core.complaint.receiving import Accept, Classify, Decline
from shouwen.core.complaint.recording import Acknowledge, AddNote, Reveal
from shouwen.core.complaint.recusal import DeclareInterest
from shouwen.core.complaint.routing import Dispatch, HandOver, PassOn, SendBack, SignFor, TakeBack
from shouwen.core.complaint.signing import SignReply
from shouwen.core.complaint.supervising import AcceptAnswer, AnswerSlip, IssueSlip
from shouwen.core.money import Money
from shouwen.core.people import Actor
from shouwen.demo.stories import STORIES
from shouwen.demo.year import TIMER, Dice, Life, Year
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

CUSTOMER = Actor(person=None, system="customer")
OUTLET, CONTACT, COLLEAGUE, CLERK, LEADER = "111101", "11110101", "11110102", "11110103", "11110110"
SUPERVISOR, UNION_ABOVE = "100110", "110201"
ORDINARY = tuple(story for story in STORIES if story.class_ not in ("violation", "financial_crime"))
PACE = timedelta(minutes=25)
LATELY, LONG_AGO = timedelta(hours=30), timedelta(days=26)


class Scene(Life):
    """One complaint whose way is told and not diced; a step follows the other by `PACE`."""

    def __init__(self, year: Year, batch: Batch, place: int, ago: timedelta, **facts: Any) -> None:
        super().__init__(year, Dice(place), batch, ORDINARY[place % len(ORDINARY)], year.until - ago)
        self.about, self.channel, self.registrar = OUTLET, "hotline", "100101"
        self.anonymous, self.repeats = False, 0
        for fact, value in facts.items():
            setattr(self, fact, value)

    def _registered_at(self) -> datetime:
        return self.received + PACE / 5

    def _received_by(self) -> str:
        return self.registrar

    def _do(self, command: Command, who: str | Actor, low: float = 0, high: float = 0) -> None:
        self.moment += PACE
        self._at_once(command, who)

    def register(self, **changes: Any) -> "Scene":
        self._register(**changes)
        return self

    def accept(self) -> "Scene":
        self._do(Accept(), self.registrar)
        self._at_once(Acknowledge(), TIMER)
        return self

    def dispatch(self, unit: str = OUTLET) -> "Scene":
        self._do(Dispatch(unit=self.year.unit(unit), instruction="请核实后按时限回复。"), self.registrar)
        return self

    def sign(self) -> "Scene":
        self._do(SignFor(), self._offered())
        return self

    def investigate(self) -> "Scene":
        self._do(self.story.found(), self._responsible())
        return self

    def draft(self) -> "Scene":
        self._do(self._draft(), self._responsible())
        return self

    def check(self, *, passed: bool = True) -> "Scene":
        self._do(CheckReply(passed=passed, opinion="同意。" if passed else "请写明整改期限。"), self._checker())
        return self

    def reply(self, method: str = "phone") -> "Scene":
        self._do(Reply(method=method), self._responsible())
        return self

    def measure(self, expectation: int = 3, perception: int = 4, remark: str = "") -> "Scene":
        self._do(Measure(expectation=expectation, perception=perception, remark=remark), self._responsible())
        return self

    def close(self) -> "Scene":
        self._do(Close(summary="客户已知悉处理结果。"), self._responsible())
        return self

    def archive(self) -> "Scene":
        self._do(Archive(), self.registrar)
        return self

    def by_responsible(self, command: Command) -> "Scene":
        self._do(command, self._responsible())
        return self

    def by(self, who: str | Actor, command: Command) -> "Scene":
        self._do(command, who)
        return self

    def slip_answer(self) -> AnswerSlip:
        """The six elements of the reply, for the supervision slip."""
        draft = self._draft()
        return AnswerSlip(**{name: getattr(draft, name) for name in AnswerSlip.__struct_fields__ if name != "at"})

    def unsigned_until_passed_on(self) -> "Scene":
        assert self.complaint is not None
        assert self.complaint.offer is not None
        self.moment = self.complaint.offer.sign_by.limit.at
        return self.by(TIMER, PassOn())

    @property
    def made(self) -> Complaint:
        assert self.complaint is not None
        return self.complaint


class Stage:
    """Where the scenes are played: each `scene()` is the next one."""

    def __init__(self, year: Year, batch: Batch) -> None:
        self._year, self._batch, self._place = year, batch, 0
        self._scenes: list[Scene] = []
        self.archived = ""

    def scene(self, ago: timedelta = LATELY, **facts: Any) -> Scene:
        self._place += 1
        self._scenes.append(Scene(self._year, self._batch, self._place, ago, **facts))
        return self._scenes[-1]

    def end(self) -> None:
        """What the timer has to say about the scenes up to the present."""
        for scene in self._scenes:
            scene.hear_the_timer(self._year.until)

    def leader_above(self, unit_id: int) -> Actor:
        """The leader of the institution above a unit."""
        unit, people = directory().unit(unit_id), directory()
        own = people.leader(unit_id)
        leaders = (people.leader(each) for each in reversed(unit.line if unit else ()))
        found = next(leader for leader in leaders if leader is not None and leader != own)
        return people.actor_for(found, on=working_calendar().local_date(self._year.until))

    def person(self, employee_no: str) -> int:
        found = self._year.actor(employee_no).id
        assert found is not None
        return found


def play(year: Year, batch: Batch) -> None:
    """Put every scene into the batch."""
    stage = Stage(year, batch)
    for tell in (_stages, _ends, _on_the_way, _clocks, _customers_own, _channels, _special, _together, _supervised):
        tell(stage)
    stage.end()


def _answered(scene: Scene, method: str = "phone", **changes: Any) -> Scene:
    return scene.register(**changes).accept().dispatch().sign().investigate().draft().check().reply(method)


def _stages(stage: Stage) -> None:
    stage.scene(timedelta(hours=2)).register(class_="")
    stage.scene().register().accept()
    stage.scene().register().accept().dispatch()
    stage.scene().register().accept().dispatch().sign()
    stage.scene().register().accept().dispatch().sign().investigate()
    stage.scene().register().accept().dispatch().sign().investigate().draft()
    stage.scene().register().accept().dispatch().sign().investigate().draft().check()
    _answered(stage.scene())
    _answered(stage.scene()).measure().close()


def _ends(stage: Stage) -> None:
    stage.archived = _answered(stage.scene(LONG_AGO)).measure(5, 2, "客户认为赔偿不足。").close().archive().made.number
    for ground in (each.code for each in standing_policy().decline_grounds):
        scene = stage.scene().register()
        scene.by(scene.registrar, Decline(ground=ground, reason="经核对，情况如上；已电话向客户说明。"))
    scene = stage.scene().register().accept().dispatch().sign()
    scene.by(CUSTOMER, Withdraw(consent="问题已经解决，本人自愿撤回投诉。", way="portal"))


def _on_the_way(stage: Stage) -> None:
    stage.scene(LONG_AGO).register().accept().dispatch().sign().investigate()
    stage.scene().register().accept().dispatch().by(CONTACT, SendBack(reason="不是本网点办理的业务。"))
    stage.scene().register().accept().dispatch().by("100101", TakeBack())
    stage.scene(LONG_AGO).register().accept().dispatch().unsigned_until_passed_on()
    scene = stage.scene().register().accept().dispatch().sign()
    scene.by_responsible(HandOver(to=stage.person(COLLEAGUE), reason="本人下周休假，请继续办理。"))
    scene = stage.scene().register(class_="attitude").accept().dispatch().sign()
    scene.by_responsible(Classify(class_="work_error", reason="经初步核实，属工作失误。"))
    scene = stage.scene().register().accept().dispatch().sign().investigate().draft()
    scene.check(passed=False)
    scene = stage.scene().register().accept().dispatch().sign()
    scene.by_responsible(Reveal(reason="致电客户核实情况。")).by_responsible(AddNote(text="已电话联系客户。"))
    stage.scene().register(employee_about=stage.person(CLERK)).accept().dispatch()


def _clocks(stage: Stage) -> None:
    """延期: one waits to be decided, one is granted, one is not. 逐级上报 happens to what lies long."""
    widest = standing_policy().limit_for("product").extensions[-1].code
    ask = RequestExtension(extension=widest, reason="须请收单机构提供终端流水，已发函，预计一周后复函。")
    asked = [stage.scene().register(class_="product").accept().dispatch().sign().by_responsible(ask) for _ in range(3)]
    leader = stage.leader_above(asked[0].made.handling_unit)
    asked[1].by(leader, DecideExtension(granted=True, opinion="情况属实，同意。"))
    asked[2].by(leader, DecideExtension(granted=False, opinion="流水可向本行科技部门调取，请在时限内办结。"))
    stage.scene(timedelta(days=12)).register(class_="attitude").accept().dispatch().sign()


def _supervised(stage: Stage) -> None:
    """督办: a slip that waits for its answer, one that nobody answered in time, one to be judged, one that is done."""
    ask = IssueSlip(asks="客户多次来电催促，请三个工作日内核实并书面报告处理情况。")
    waiting = stage.scene().register(class_="product").accept().dispatch().sign().investigate()
    waiting.by(UNION_ABOVE, ask)
    late = stage.scene(timedelta(days=12)).register(class_="product").accept().dispatch().sign()
    late.by(SUPERVISOR, ask)
    for is_accepted in (False, True):
        scene = stage.scene().register(class_="product").accept().dispatch().sign().investigate()
        scene.by(SUPERVISOR, ask).by_responsible(scene.slip_answer())
        if is_accepted:
            scene.by(SUPERVISOR, AcceptAnswer(remark="情况清楚，同意办结后归档。"))


def _customers_own(stage: Stage) -> None:
    stage.scene().register(earlier=(stage.archived,)).accept()
    scene = stage.scene().register().accept().dispatch().sign()
    scene.by(CUSTOMER, AddStatement(text="当天还有一位同事在场，可以作证。", way="portal"))
    scene = _answered(stage.scene()).measure(4, 2, "客户认为没有说明原因。").close()
    scene.by(CUSTOMER, AskReview(reason="答复没有说明扣费的依据。", way="portal"))
    _answered(stage.scene()).measure(5, 1, "客户不认可答复。").by_responsible(Reopen(reason="客户提供了新的材料。"))


def _channels(stage: Stage) -> None:
    _answered(stage.scene(channel="email", registrar="100103"), "email").measure()
    facts = {"body": "示范银行江东省分行", "body_kind": "superior_bank", "slip_kind": "supervision"}
    reply_by = (stage.scene().received + timedelta(days=12)).date().isoformat()
    facts |= {"document_number": "示银督〔演示〕1号", "reply_by": reply_by}
    transfer = stage.scene(channel="transfer", registrar="100210")
    _answered(transfer, channel_facts=facts).measure().by_responsible(AnswerSuperior(remark="已按六要素书面回复。"))
    deadline = (stage.scene().received + timedelta(hours=54)).isoformat()
    media = {"outlet": "城市在线", "medium": "online", "reach": "阅读约3万次", "deadline": deadline}
    scene = stage.scene(channel="media", registrar="100301").register(channel_facts=media).accept()
    scene.by("100301", TellLeaders("城市在线报道排队问题，阅读约3万次，拟由办公室统一答复。"))
    scene.by("100301", NameSpokesperson(person=stage.person("100310")))
    spoken = scene.moment
    scene.by(
        "100301",
        LogPress(who="城市在线编辑部", spoken_at=spoken, said="对方询问处理进展，我方告知正在核实，将于时限前答复。"),
    )
    told = {"outlet": "江东晚报", "medium": "newspaper"}
    for signs in (None, SignReply(passed=False, opinion="请补充整改期限，再报签批。")):
        scene = stage.scene(channel="media", registrar="100301").register(channel_facts=told).accept().dispatch().sign()
        scene.investigate().draft().by(COLLEAGUE, CheckReply(passed=True, opinion="同意。"))
        if signs is not None:
            scene.by(LEADER, signs)
    stage.scene().register().accept().by("100101", Withdraw(consent="客户来电表示问题已解决，自愿撤诉。", way="phone"))
    stage.scene().register(class_="violation").accept().dispatch("110004")
    stage.scene(anonymous=True).register().accept().dispatch()


def _special(stage: Stage) -> None:
    """The special ways of handling (mission B1–B7), each as far as a visitor should find it."""
    scene = stage.scene().register().accept().dispatch().sign()
    scene.by_responsible(DeclareInterest(reason="客户是本人亲属，申请回避。"))
    again = stage.scene().register(earlier=(stage.archived,)).accept().dispatch("111100").sign()
    again.by_responsible(AddNote(text="前一件由人民路分理处答复，本件由支行办理。"))
    scene = stage.scene().register(class_="product").accept().dispatch().sign().investigate()
    scene.by_responsible(
        RecordDispute(
            claimed=_yuan("12000.50"),
            offered=_yuan("5000"),
            way="mediation",
            body="示范市金融消费纠纷调解中心",
            reference="金调〔演示〕18号",
            legal_opinion="提示不够醒目，建议在五千元以内协商。",
        )
    )
    scene = _answered(stage.scene(), class_="work_error").measure()
    scene.by_responsible(
        RecordDispute(claimed=_yuan("860"), agreed=_yuan("600"), paid=_yuan("600"), way="settled")
    ).by_responsible(Close(summary="双方协商一致，款项已入账。", dispute_outcome="both_win"))


def _together(stage: Stage) -> None:
    """重复登记 and 群体投诉: two registrations of one matter, and three customers with the same one."""
    master = stage.scene().register().accept().dispatch().sign()
    again = stage.scene(LATELY - PACE * 20).register(statement="我昨天来过电话，再补充一遍：" + master.story.statement)
    again.by("100101", MergeInto(number=master.made.number, reason="同一客户就同一件事再次来电，合并办理。"))
    group = stage.scene().register().accept().dispatch().sign().investigate().draft()
    for _ in range(2):
        member = stage.scene().register().accept()
        member.by("100101", JoinGroup(number=group.made.number, reason="同一网点停业公告不及时，多名客户投诉。"))


def _yuan(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")
