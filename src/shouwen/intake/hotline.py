"""热线: what happens during a call, its script, and the commands that come of it (mission A1, A3, C1)."""

from datetime import datetime
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

import msgspec
import yaml

from shouwen.core.complaint import Command, Complaint
from shouwen.core.complaint.receiving import Accept, Register
from shouwen.core.complaint.routing import Dispatch
from shouwen.core.text import Text

CODE = "hotline"
ENTRY: tuple[str, ...] = ("/hotline/", "/register/?channel=hotline", "/api/v1/complaints")
SETTINGS: tuple[str, ...] = ("SHOUWEN_CSRF_TRUSTED_ORIGINS",)
REFUSES: tuple[Text, ...] = (
    Text(
        "不是本站、也不在可信来源中的电话系统弹屏；没有姓名或电话又未勾选匿名；转办给没有可签收人员的机构",
        "A call announced by a telephone system that is neither our own site nor a trusted origin; neither name nor phone and not "
        "“anonymous”; a dispatch to a unit where nobody could sign",
    ),
)


class Call(msgspec.Struct, frozen=True):
    """通话 that an agent is in. `number` is personal: a call is kept sealed, never in an address. `at`: when it came, UTC."""

    number: str
    call_id: str
    recording: str
    at: datetime


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """话术 of one step of the call, with its source."""

    code: str
    title: Text
    source: str
    lines: tuple[Text, ...]


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """热线话术: all steps, in the order of a call."""

    steps: tuple[Step, ...]

    def step(self, code: str) -> Step:
        return next(step for step in self.steps if step.code == code)


@cache
def script() -> Script:
    """The script that ships; read once."""
    text = resources.files("shouwen.intake").joinpath("hotline.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), Script)


def commands(register: Register, *, until: str, unit: int | None) -> tuple[Command, ...]:
    """登记，并受理 (`until="accept"`)，并转办 (`until="dispatch"`) to `unit`: all in one go, or none of it."""
    asked: list[Command] = [register]
    if until in ("accept", "dispatch"):
        asked.append(Accept())
    if until == "dispatch":
        asked.append(Dispatch(unit=unit or 0))
    return tuple(asked)


def promise(complaint: Complaint, code: str, zone: ZoneInfo) -> tuple[Text, ...]:
    """告知客户: what the agent reads out, with number, tracking code and when we answer. Empty while no answer is promised."""
    reply = complaint.clock("reply")
    if reply is None:
        return ()
    due = reply.limit.at.astimezone(zone)
    told_zh = {"number": complaint.number, "code": code, "due": f"{due.month}月{due.day}日{due:%H:%M}"}
    told_en = {**told_zh, "due": f"{due.day} {due:%B, %H:%M}"}
    return tuple(Text(_filled(line.zh, told_zh), _filled(line.en, told_en)) for line in script().step("promise").lines)


def _filled(line: str, told: dict[str, str]) -> str:
    for name, words in told.items():
        line = line.replace(f"{{{name}}}", words)
    return line
