"""新闻媒体: leaders are told, one person speaks, and every contact with the outlet is on the record (mission B2)."""

from datetime import datetime
from typing import ClassVar

from shouwen.core.complaint.state import Complaint, FreeText, NoteText, ShortText, Stage
from shouwen.core.complaint.verbs import Command, Context, Event, changed, decides, evolves, require_text
from shouwen.core.duties import Action
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

OPEN = frozenset(stage for stage in Stage if stage.is_open)


def _require_press(complaint: Complaint, context: Context) -> None:
    if not context.policy.channel(complaint.channel).press:
        raise Refusal(
            "no-press",
            Text("这不是媒体投诉，无需此项操作。", "The press is not in this complaint; there is nothing to do here."),
        )


class TellLeaders(Command, tag="tell_leaders", frozen=True):
    """告知领导: the leaders of the handling unit and of the institutions above it are told of a media complaint, with what matters."""

    action = Action.PRESS
    stages = OPEN
    title: ClassVar[Text] = Text("告知领导", "Tell the leaders")

    text: NoteText


class LeadersTold(Event, tag="leaders_told", frozen=True):
    title: ClassVar[Text] = Text("已告知领导", "The leaders were told")

    people: tuple[int, ...]
    text: str


@decides(TellLeaders)
def decide_tell_leaders(complaint: Complaint, command: TellLeaders, context: Context) -> list[Event]:
    _require_press(complaint, context)
    require_text(command.text, "text", Text("告知的内容", "What they are told"))
    line = context.unit(complaint.handling_unit, "unit").line
    leaders = [context.organisation.leader(unit) for unit in reversed(line)]
    people = tuple(
        dict.fromkeys(leader.id for leader in leaders if leader is not None and leader.id not in complaint.kept_out)
    )
    if not people:
        raise Refusal(
            "no-leaders",
            Text(
                "承办单位及上级都没有登记负责人，请先在“机构人员”中指定。",
                "Neither the handling unit nor those above have a leader. Name one under “Organisation” first.",
            ),
        )
    return [LeadersTold(at=context.now, by=context.actor.id, people=people, text=command.text.strip())]


@evolves(LeadersTold)
def evolve_leaders_told(complaint: Complaint, event: LeadersTold) -> Complaint:
    return changed(complaint, event, leaders_told_at=event.at)


class NameSpokesperson(Command, tag="name_spokesperson", frozen=True):
    """指定发言人: the one person who speaks to the outlet. Another takes the place of the one before."""

    action = Action.PRESS
    stages = OPEN
    title: ClassVar[Text] = Text("指定发言人", "Name the spokesperson")

    person: int


class SpokespersonNamed(Event, tag="spokesperson_named", frozen=True):
    title: ClassVar[Text] = Text("指定发言人", "Spokesperson named")

    person: int


@decides(NameSpokesperson)
def decide_name_spokesperson(complaint: Complaint, command: NameSpokesperson, context: Context) -> list[Event]:
    _require_press(complaint, context)
    person = context.organisation.person(command.person)
    if person is None or person.id in complaint.kept_out or person.id == complaint.spokesperson:
        raise Refusal(
            "cannot-speak",
            Text(
                "不能指定这位员工（已是发言人、须回避或已离岗），请选择其他人。",
                "This person cannot be named (speaks already, is kept out, or is no longer on duty). Choose another.",
            ),
            field="person",
        )
    return [SpokespersonNamed(at=context.now, by=context.actor.id, person=person.id)]


@evolves(SpokespersonNamed)
def evolve_spokesperson_named(complaint: Complaint, event: SpokespersonNamed) -> Complaint:
    return changed(complaint, event, spokesperson=event.person)


class LogPress(Command, tag="log_press", frozen=True, kw_only=True):
    """媒体联系记录: who of the outlet was spoken to, when, and what was said by either side. Refused before somebody is named to speak."""

    action = Action.PRESS
    title: ClassVar[Text] = Text("记录媒体联系", "Log a contact with the outlet")

    who: ShortText
    spoken_at: datetime
    said: FreeText


class PressLogged(Event, tag="press_logged", frozen=True):
    title: ClassVar[Text] = Text("媒体联系", "Contact with the outlet")

    who: str
    spoken_at: datetime
    said: str
    person: int


@decides(LogPress)
def decide_log_press(complaint: Complaint, command: LogPress, context: Context) -> list[Event]:
    _require_press(complaint, context)
    if complaint.spokesperson is None:
        raise Refusal(
            "spokesperson-missing",
            Text(
                "请先指定发言人，由其统一对外发言，再记录与媒体的联系。",
                "Name the spokesperson first: one person speaks, then the contacts are logged.",
            ),
        )
    require_text(command.who, "who", Text("媒体联系人", "Who was spoken to"))
    require_text(command.said, "said", Text("双方说的内容", "What was said"))
    if command.spoken_at.tzinfo is None or not complaint.received_at <= command.spoken_at <= context.now:
        raise Refusal(
            "spoken-when",
            Text(
                "联系时间应在接到投诉之后、现在之前，请检查。",
                "The contact lies between the receipt of the complaint and now. Check the time.",
            ),
            field="spoken_at",
        )
    return [
        PressLogged(
            at=context.now,
            by=context.actor.id,
            who=command.who.strip(),
            spoken_at=command.spoken_at,
            said=command.said.strip(),
            person=complaint.spokesperson,
        )
    ]


@evolves(PressLogged)
def evolve_press_logged(complaint: Complaint, event: PressLogged) -> Complaint:
    return changed(complaint, event)


def require_leaders_told(complaint: Complaint, context: Context) -> None:
    """告知领导: a media complaint is not closed behind their backs."""
    if context.policy.channel(complaint.channel).press and complaint.leaders_told_at is None:
        raise Refusal(
            "leaders-untold",
            Text(
                "媒体投诉办结前须告知领导，请先做“告知领导”。",
                "Leaders are told of a media complaint before it is closed. Do “Tell the leaders” first.",
            ),
        )
