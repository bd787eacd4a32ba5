"""延期: more time by request, decided by a person at the level that the pack names (mission A7)."""

from datetime import datetime
from typing import ClassVar

from shouwen.core.clock import Clock, Extended, ExtensionRule
from shouwen.core.complaint.clocks import OPEN, with_clocks
from shouwen.core.complaint.state import Code, Complaint, ExtensionAsked, FreeText
from shouwen.core.complaint.verbs import Command, Context, Event, changed, decides, evolves, require_text
from shouwen.core.duties import Action, Duty
from shouwen.core.marks import planned
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.timelimits import with_extension

LEVELS = {
    "unit_leader": Text("本单位第一责任人", "the leader of the unit"),
    "superior_leader": Text("上级机构第一责任人", "the leader of the superior institution"),
    "head_office_leader": Text("总行第一责任人", "the leader of the head office"),
}


class RequestExtension(Command, tag="request_extension", frozen=True):
    """申请延期: ask for the extension `extension` of the pack, with the reason.

    Refused: a limit that has no such extension or has had it, a limit that has passed, a paused clock, a request that waits already.
    """

    action = Action.ASK_EXTENSION
    stages = OPEN
    title: ClassVar[Text] = Text("申请延期", "Ask for an extension")

    extension: Code
    reason: FreeText


class ExtensionRequested(Event, tag="extension_requested", frozen=True):
    title: ClassVar[Text] = Text("申请延期", "Extension asked for")

    kind: str
    started: datetime
    extension: str
    extension_title: Text
    reason: str


@decides(RequestExtension)
def decide_request_extension(complaint: Complaint, command: RequestExtension, context: Context) -> list[Event]:
    if complaint.extension_pending is not None:
        raise Refusal(
            "extension-asked-already",
            Text("已有一项延期申请待批准，无需重复。", "An extension is asked for already and waits to be decided."),
        )
    clock, rule = _extendable(complaint, command.extension, context)
    require_text(command.reason, "reason", Text("申请延期的理由", "Reason for the extension"))
    return [
        ExtensionRequested(
            at=context.now,
            by=context.actor.id,
            kind=clock.kind,
            started=clock.started,
            extension=rule.code,
            extension_title=rule.title,
            reason=command.reason.strip(),
        )
    ]


def _extendable(complaint: Complaint, code: str, context: Context) -> tuple[Clock, ExtensionRule]:
    for clock in complaint.clocks:
        limit = context.policy.limit_if_any(clock.limit.rule)
        rule = next((each for each in limit.extensions if each.code == code), None) if limit else None
        if clock.stopped is None and rule is not None:
            _require_extendable(clock, rule, context)
            return clock, rule
    raise Refusal(
        "cannot-be-extended",
        Text(
            "按规则包，这件投诉目前的时限没有这种延期方式，请在时限内办结。",
            "By the policy pack, the present limit of this complaint cannot be extended in this way. Answer within the limit.",
        ),
        field="extension",
    )


def _require_extendable(clock: Clock, rule: ExtensionRule, context: Context) -> None:
    if any(each.code == rule.code for each in clock.limit.extended) or _added(clock, rule) < 1:
        raise Refusal(
            "extended-already",
            Text(
                f"已按“{rule.title.zh}”延期，每个时限只能用一次。",
                f"“{rule.title.en}” was used for this limit already.",
            ),
            field="extension",
        )
    if clock.pause is not None:
        raise Refusal(
            "paused",
            Text("计时已中止，请先恢复计时，再办理延期。", "The clock is paused. Have it go on before it is extended."),
        )
    if clock.limit.at <= context.now:
        raise Refusal(
            "limit-passed",
            Text(
                "时限已过，不能再延期。请尽快办理，并向客户说明原因。",
                "The limit has passed and cannot be extended any more. Go on with the work, and tell the customer why.",
            ),
        )


def _added(clock: Clock, rule: ExtensionRule) -> int:
    return rule.days if rule.days is not None else (rule.total_days or 0) - clock.limit.days


@evolves(ExtensionRequested)
def evolve_extension_requested(complaint: Complaint, event: ExtensionRequested) -> Complaint:
    asked = ExtensionAsked(kind=event.kind, started=event.started, code=event.extension, by=event.by, at=event.at)
    return changed(complaint, event, extension_asked=asked)


class DecideExtension(Command, tag="decide_extension", frozen=True):
    """批准或不批准延期: by a leader at the level that the pack names, or above it; never by who asked for it.

    Not granted: only with the opinion. Granted too late, when the limit has passed: refused, for what was missed stays missed.
    """

    action = Action.DECIDE_EXTENSION
    stages = OPEN
    title: ClassVar[Text] = Text("批准延期", "Decide the extension")

    granted: bool
    opinion: FreeText = ""


class ExtensionGranted(Event, tag="extension_granted", frozen=True):
    """`clock` is the clock with its new limit; `tell`: the pack wants the customer told."""

    title: ClassVar[Text] = Text("批准延期", "Extension granted")

    opinion: str
    clock: Clock
    tell: bool = False


class ExtensionRefused(Event, tag="extension_refused", frozen=True):
    title: ClassVar[Text] = Text("不批准延期", "Extension not granted")

    opinion: str


@decides(DecideExtension)
def decide_decide_extension(complaint: Complaint, command: DecideExtension, context: Context) -> list[Event]:
    asked = complaint.extension_pending
    if asked is None:
        raise Refusal("no-extension-asked", Text("没有待批准的延期申请。", "No extension waits to be decided."))
    if asked.by in context.actor.stands_for:
        raise Refusal(
            "own-request",
            Text(
                "申请人不能批准自己的延期申请，请由上级批准。",
                "Who asked for the extension cannot decide it. A superior does.",
            ),
        )
    clock, rule = _asked_for(complaint, asked, context)
    require_level(complaint, rule, context)
    if not command.granted:
        require_text(command.opinion, "opinion", Text("不批准的意见", "Why it is not granted"))
        return [ExtensionRefused(at=context.now, by=context.actor.id, opinion=command.opinion.strip())]
    _require_extendable(clock, rule, context)
    calendar, hours = context.calendar, context.policy.business_hours
    article = context.policy.cite(rule.source)
    more = with_extension(clock, Extended(rule.code, _added(clock, rule), rule.title, article), calendar, hours)
    limit = context.policy.limit_if_any(clock.limit.rule)
    extended = planned(more, limit, context.policy.escalation, calendar, hours, context.now, again=True)
    return [
        ExtensionGranted(
            at=context.now,
            by=context.actor.id,
            opinion=command.opinion.strip(),
            clock=extended,
            tell=rule.tell_customer,
        )
    ]


def _asked_for(complaint: Complaint, asked: ExtensionAsked, context: Context) -> tuple[Clock, ExtensionRule]:
    clock = next(each for each in complaint.clocks if (each.kind, each.started) == (asked.kind, asked.started))
    return clock, context.policy.extension(clock.limit.rule, asked.code)


def require_level(complaint: Complaint, rule: ExtensionRule, context: Context) -> None:
    """Refuse a leader below the level that the pack names; one above it may decide as well."""
    unit = context.organisation.unit(complaint.handling_unit)
    line = unit.line if unit else ()
    institution = unit.institution_id if unit else 0
    below = line.index(institution) if institution in line else 0
    levels = {"unit_leader": line, "superior_leader": line[:below] or line[:1], "head_office_leader": line[:1]}
    led = {post.unit_id for post in context.actor.posts if post.duty is Duty.LEADER}
    if led.isdisjoint(levels[rule.approve]):
        who = LEVELS[rule.approve]
        raise Refusal(
            "level-too-low",
            Text(
                f"按规则包，“{rule.title.zh}”须由{who.zh}批准。",
                f"By the policy pack, “{rule.title.en}” is decided by {who.en}.",
            ),
        )


@evolves(ExtensionGranted)
def evolve_extension_granted(complaint: Complaint, event: ExtensionGranted) -> Complaint:
    return with_clocks(complaint, event, (event.clock,), extension_asked=None)


@evolves(ExtensionRefused)
def evolve_extension_refused(complaint: Complaint, event: ExtensionRefused) -> Complaint:
    return changed(complaint, event, extension_asked=None)
