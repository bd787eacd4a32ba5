"""`shouwen policy explain NUMBER`: under which rules a complaint stands, and how each of its clocks came about.

Says nothing about the customer: pack, class, articles, days. So it may be sent to whoever asks why a date is what it is.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from shouwen.casework.models import ComplaintRow
from shouwen.casework.queries import COMPLAINT_NUMBER
from shouwen.casework.rules import policy_of
from shouwen.core.clock import Clock, DueMoment
from shouwen.core.complaint import Complaint, read_complaint
from shouwen.core.complaint.signing import is_reserved
from shouwen.core.policy import Policy
from shouwen.core.policy_statistics import counted
from shouwen.core.policy_within import LEVELS, reaches
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.timelimits import explain, limit_in_words

KINDS = {
    "accept": Text("受理", "Accept"),
    "sign": Text("签收", "Sign for"),
    "reply": Text("回复客户", "Reply to the customer"),
    "superior": Text("回复转来单位", "Reply to the transferring body"),
    "media": Text("媒体答复", "Answer to the media"),
    "review": Text("核查", "Review"),
    "investigate": Text("调查", "Investigate"),
    "check": Text("复核", "Check"),
}
GIVEN = Text("由对方指定", "set by the other side")


def main(arguments: Sequence[str]) -> int:
    """说明时限 of one complaint, in both languages. Returns 1 when there is no complaint of this number."""
    parser = argparse.ArgumentParser(
        prog="shouwen policy explain",
        description="说明一件投诉的规则和时限 · explain the rules and clocks of a complaint",
    )
    parser.add_argument("number", metavar="NUMBER", help="投诉编号 · number of the complaint")
    given = parser.parse_args(arguments)
    number = given.number.strip().upper()
    row = ComplaintRow.objects.filter(number=number).only("state").first()
    if row is None:
        shown = number if COMPLAINT_NUMBER.fullmatch(number) else number[:40]
        print(f"没有编号为 {shown} 的投诉。\nThere is no complaint {shown}.", file=sys.stderr)
        return 1
    complaint = read_complaint(row.state)
    for line in explained(complaint, policy_of(complaint.policy)):
        print(line.zh)
        print(line.en)
    return 0


def explained(complaint: Complaint, policy: Policy) -> Iterator[Text]:
    """Line by line: the pack, the class and its limit, and every clock with what counted and what did not."""
    yield Text(f"投诉 {complaint.number}", f"Complaint {complaint.number}")
    begins = policy.valid_from.isoformat()
    yield Text(
        f"规则包：{policy.title.zh}，{policy.key}，自 {begins} 起{_upper(policy).zh}",
        f"Policy pack: {policy.title.en}, {policy.key}, from {begins}{_upper(policy).en}",
    )
    yield _class(complaint, policy)
    yield from _signature(complaint, policy)
    yield from _statistics(complaint, policy)
    clocks = (*complaint.clocks, complaint.offer.sign_by) if complaint.offer else complaint.clocks
    for clock in sorted(clocks, key=lambda each: (each.started, each.limit.at)):
        yield from _clock(clock, policy)


def _upper(policy: Policy) -> Text:
    parts = [Text(f"，基于 {policy.based_on}", f", based on {policy.based_on}")] if policy.based_on else []
    parts += [Text(f"，不超过 {policy.within}", f", within {policy.within}")] if policy.within else []
    return Text("".join(part.zh for part in parts), "".join(part.en for part in parts))


def _class(complaint: Complaint, policy: Policy) -> Text:
    if not complaint.class_:
        return Text("分类：尚未分类", "Class: none yet")
    class_ = policy.class_(complaint.class_)
    cited = policy.cite(class_.source)
    return Text(f"分类：{class_.title.zh}（依据：{cited.zh}）", f"Class: {class_.title.en} (by {cited.en})")


def _signature(complaint: Complaint, policy: Policy) -> Iterator[Text]:
    """签批, where the pack reserves the reply."""
    if not is_reserved(complaint, policy):
        return
    cited = policy.cite(policy.signature.source) if policy.signature.source else Text("规则包", "the pack")
    yield Text(
        f"签批：回复须经承办单位或其上级的第一责任人签批（依据：{cited.zh}）",
        f"Signature: the first responsible person of the handling unit, or of one above it, signs the reply (by {cited.en})",
    )


def _statistics(complaint: Complaint, policy: Policy) -> Iterator[Text]:
    """统计分类 on every axis of the pack, or that a person must say it."""
    for each in counted(complaint, policy):
        cited = policy.cite(each.axis.source)
        found = each.category.title if each.category else Text("不能由登记内容得出", "does not follow from the record")
        unread = Text("，未经核实", ", unconfirmed") if each.axis.unconfirmed else Text("", "")
        yield Text(
            f"统计分类·{each.axis.title.zh}：{found.zh}（依据：{cited.zh}{unread.zh}）",
            f"Statistics, {each.axis.title.en}: {found.en} (by {cited.en}{unread.en})",
        )


def _clock(clock: Clock, policy: Policy) -> Iterator[Text]:
    kind = KINDS.get(clock.kind, Text(clock.kind, clock.kind))
    cited = _cited(clock.limit, policy)
    yield Text(f"■ {kind.zh}（依据：{cited.zh}）", f"■ {kind.en} (by {cited.en})")
    for what, moment in ((Text("时限", "Limit"), clock.limit), (Text("目标", "Target"), clock.target)):
        if moment is not None:
            said = explain(moment, policy.zone)
            yield Text(f"  {what.zh}：{said.zh}", f"  {what.en}: {said.en}")
    for pause in clock.pauses:
        yield _pause(pause.title, pause.since, pause.until, policy.zone)
    if clock.stopped is None:
        yield from _ways_on(clock, policy)
    yield _state(clock, policy.zone)


def _ways_on(clock: Clock, policy: Policy) -> Iterator[Text]:
    """The extensions of the rule that are still open to a clock that runs."""
    limit, used = policy.limit_if_any(clock.limit.rule), {each.code for each in clock.limit.extended}
    if limit is None:
        return
    for extension, days in reaches(limit):
        if extension.code not in used:
            most, who = limit_in_words(msgspec.structs.replace(limit, days=days)), LEVELS[extension.approve]
            cited = policy.cite(extension.source)
            yield Text(
                f"  可以延期：{extension.title.zh}，最长{most.zh}，{who.zh}（依据：{cited.zh}）",
                f"  May be extended: {extension.title.en}, up to {most.en}, {who.en} (by {cited.en})",
            )


def _cited(moment: DueMoment, policy: Policy) -> Text:
    if moment.unit == "given":
        return GIVEN
    try:
        limit = policy.time_limit(moment.rule)
    except Refusal:  # a complaint that was carried over may have a clock of another system
        return Text(moment.rule, moment.rule)
    cited = policy.cite(limit.source)
    if limit.unconfirmed:
        return Text(f"{cited.zh}，未经核实", f"{cited.en}, unconfirmed")
    return cited


def _pause(title: Text, since: datetime, until: datetime | None, zone: ZoneInfo) -> Text:
    begun = f"{since.astimezone(zone):%Y-%m-%d %H:%M}"
    ended = f"{until.astimezone(zone):%Y-%m-%d %H:%M}" if until else ""
    return Text(
        f"  中止：{title.zh}，自 {begun}{f' 至 {ended}' if ended else ' 起，尚未恢复'}",
        f"  Paused: {title.en}, from {begun}{f' until {ended}' if ended else ', still paused'}",
    )


def _state(clock: Clock, zone: ZoneInfo) -> Text:
    if clock.stopped is None:
        return (
            Text("  状态：计时中", "  State: running")
            if clock.pause is None
            else Text("  状态：中止", "  State: paused")
        )
    at = f"{clock.stopped.astimezone(zone):%Y-%m-%d %H:%M}"
    if clock.kept:
        return Text(f"  状态：{at} 停止，未超时限", f"  State: stopped {at}, within the limit")
    return Text(f"  状态：{at} 停止，已超时限", f"  State: stopped {at}, after the limit")
