"""权限矩阵: what each duty may do from each place, worked out by asking `core.duties` about every combination.

python -m tests.permissions.matrix     writes docs/permissions.md
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import msgspec

from shouwen.core.complaint import Complaint, Stage
from shouwen.core.complaint.state import Offer
from shouwen.core.duties import Action, Duty, may
from shouwen.core.granting import GRANTED_BY, Granter, may_be_lent
from shouwen.core.people import Actor, Person, Post
from shouwen.core.text import Text
from shouwen.core.timelimits import Clock, DueMoment
from shouwen.desk.access import PAGES, PUBLIC
from tests.permissions.operations import ABOUT_TITLES, OPERATIONS, About, Operation

GRANTER_TITLES = {
    Granter.HEAD_OFFICE: Text("总行", "of the head office"),
    Granter.UNIT_OR_ABOVE: Text("本级或上级", "of the unit or above"),
}
PAPER = Path(__file__).resolve().parent.parent.parent / "docs" / "permissions.md"
HEAD, BRANCH, OWN, BELOW, BESIDE, RECEIVER = range(1, 7)
AT = datetime(2026, 3, 4, 2, tzinfo=UTC)
SOMEBODY, SIGNED, ASKED, OTHER = 100, 101, 102, 103
PLACES = {
    "received": (RECEIVER, Text("受理单位", "unit that received it")),
    "own": (OWN, Text("承办单位", "unit that handles it")),
    "below": (BELOW, Text("下级", "below it")),
    "beside": (BESIDE, Text("平级", "beside it")),
    "above": (BRANCH, Text("上级", "above it")),
}
"""Where the duty is held, seen from the complaint: it was received by a department of the head office and is handled by a sub-branch."""
RELATIONS = {
    "none": Text("未参与", "no part in it"),
    "responsible": Text("责任人", "responsible person"),
    "offered": Text("待签收人", "asked to sign for it"),
    "complained about": Text("被投诉员工", "employee complained about"),
}


class Standing(msgspec.Struct, frozen=True):
    """One cell's question: this duty, held there, in this relation, asks about a complaint that is secret or not."""

    duty: Duty
    place: str
    relation: str
    secret: bool

    @property
    def actor(self) -> Actor:
        unit = PLACES[self.place][0]
        return Actor(person=Person(SOMEBODY, "某人", unit, ""), posts=(Post(self.duty, unit, unit),))

    @property
    def complaint(self) -> Complaint:
        is_responsible, is_offered = self.relation == "responsible", self.relation == "offered"
        moment = DueMoment(AT, "sign", AT, 1, "working_days")
        offer = Offer(
            to=SOMEBODY,
            unit=OWN,
            by=SIGNED,
            at=AT,
            line=(HEAD, BRANCH, OWN),
            signatories=(SOMEBODY, ASKED),
            sign_by=Clock("sign", AT, moment),
            dispatched=False,
        )
        return Complaint(
            id=1,
            number="TS2026-00000001",
            stage=Stage.INVESTIGATING,
            policy="boc-2008@1",
            channel="hotline",
            kind="complaint",
            received_at=AT,
            registered_at=AT,
            registered_by=OTHER,
            complainant=1,
            title="柜台排队",
            statement="排队两小时。",
            class_="violation" if self.secret else "attitude",
            secret=self.secret,
            employee_about=SOMEBODY if self.relation == "complained about" else None,
            receiving_unit=RECEIVER,
            handling_unit=OWN,
            responsible=SOMEBODY if is_responsible else SIGNED,
            involved=((HEAD, RECEIVER), (HEAD, BRANCH, OWN)),
            participants=(OTHER, SIGNED, *([SOMEBODY] if is_responsible else [])),
            offer=offer if is_offered else None,
        )

    @property
    def allowed(self) -> tuple[Action, ...]:
        return tuple(action for action in Action if may(self.actor, action, self.complaint))


def standings(*relations: str) -> Iterator[Standing]:
    for duty, place, relation, secret in product(Duty, PLACES, relations or RELATIONS, (False, True)):
        yield Standing(duty, place, relation, secret)


def paper() -> str:
    """docs/permissions.md, whole."""
    return "\n".join([*_beginning(), *_complaints(), *_granting(), "", *_pages(), "", *_operations(), ""])


def _beginning() -> list[str]:
    return [
        "# 权限 · Permissions",
        "",
        "Made by `python -m tests.permissions.matrix` from `core/duties.py`, `core/granting.py`, `desk/access.py` and the operations of the interface; a test refuses a paper that is out of date.",
        "What is not listed is not allowed. Stages and rules of their own (secrecy, the writer does not check) narrow it further.",
        "",
        "本页由程序从职责表生成。未列出的一律不允许；环节和其他规则（保密、拟稿人不得复核等）还会进一步限制。",
        "",
    ]


def _complaints() -> list[str]:
    lines = []
    for relation, title in RELATIONS.items():
        lines += [
            f"## {title.zh} · {title.en.capitalize()}",
            "",
            "| 岗位 duty | 任职 held at | 一般投诉 complaint | 保密投诉 secret complaint |",
            "|---|---|---|---|",
        ]
        for duty, place in product(Duty, PLACES if relation == "none" else ("own",)):
            cells = [_words(Standing(duty, place, relation, secret).allowed) for secret in (False, True)]
            if any(cells):
                where = PLACES[place][1]
                lines.append(f"| {duty.label.zh} {duty.label.en} | {where.zh} {where.en} | {cells[0]} | {cells[1]} |")
        if lines[-1].startswith("|---"):
            lines[-2:] = ["没有任何权限。 Nothing at all."]
        lines.append("")
    return lines


def _words(actions: tuple[Action, ...]) -> str:
    return ", ".join(action.value for action in actions if action is not Action.REGISTER)


def _granting() -> list[str]:
    """Who gives a duty, and who may be deputy in it."""
    lines = [
        "## 授予与授权 · Giving and lending duties",
        "",
        "Nobody gives more than they hold, and what is lent is what the giver holds that very day: a deputy sees and does nothing that the giver could",
        "not. Who is kept out of a complaint lends nothing for it. Writer and checker are compared as those whom they stand for. Auditors are nobody's deputy.",
        "",
        "谁也不能给出自己没有的权限；代理人当天的权限以授权人当天所任岗位为限。被回避的人对该件投诉的授权不起作用；拟稿、复核按所代表的人判断。审计人员不作他人的代理人。",
        "",
        "| 岗位 duty | 由谁授予 given by | 可授权给谁 may be lent to |",
        "|---|---|---|",
    ]
    administrator = Duty.ADMINISTRATOR.label
    for duty in Duty:
        where = GRANTER_TITLES[GRANTED_BY[duty]]
        lendable = [other for other in Duty if may_be_lent(duty, {other})]
        lines.append(
            f"| {duty.label.zh} {duty.label.en} | {where.zh}{administrator.zh} {administrator.en} {where.en} | {_deputies(duty, lendable)} |"
        )
    return lines


def _deputies(duty: Duty, lendable: list[Duty]) -> str:
    if not lendable:
        return "不得授权 nobody"
    if lendable == [duty]:
        return f"任{duty.label.zh}的同事 colleagues who are {duty.label.en}"
    assert set(Duty) - set(lendable) == {Duty.AUDITOR}
    return "同一条线上的同事 colleagues of the same line of institutions"


def _pages() -> list[str]:
    groups: dict[str, list[str]] = {}
    for page, duties in PAGES.items():
        if duties is PUBLIC:
            whom = "所有人 everybody"
        elif None in duties:
            whom = "登录的员工 every member of staff"
        else:
            whom = ", ".join(f"{duty.label.zh} {duty.label.en}" for duty in Duty if duty in duties)
        groups.setdefault(whom, []).append(f"`{page}`")
    lines = ["## 页面 · Pages", "", "| 谁 who | 页面 pages |", "|---|---|"]
    lines += [f"| {whom} | {' '.join(sorted(pages))} |" for whom, pages in groups.items()]
    return lines


def _operations() -> list[str]:
    lines = [
        "## 接口 · Interface",
        "",
        "Below `/api/v1`. A token has scopes and no duty, and speaks for its unit and all below it. A session opens no operation, whatever",
        "the duty; members of staff only read the description. A complaint out of reach is answered like one that is not there (404).",
        "",
        "令牌有权限范围而无岗位，代表其机构及全部下级。登录会话不论岗位，均不能调用接口操作。超出范围的投诉与不存在的一样回答（404）。",
        "",
        "| 操作 operation | 权限范围 scope | 针对 about | 令牌的机构，一般投诉 unit of the token, complaint | 保密投诉 secret complaint |",
        "|---|---|---|---|---|",
    ]
    for name, operation in OPERATIONS.items():
        about = ABOUT_TITLES[operation.about]
        cells = [_reach(operation, secret=secret) for secret in (False, True)]
        lines.append(f"| `{name}` | `{operation.scope}` | {about.zh} {about.en} | {cells[0]} | {cells[1]} |")
    return lines


def _reach(operation: Operation, *, secret: bool) -> str:
    """The places in words; seen from the unit that is to receive a complaint, the own place is that unit itself."""
    places = [place for place in PLACES if operation.is_open(place, secret=secret)]
    if places == list(PLACES):
        return "任何机构 any unit"
    itself = {"own": Text("该单位", "that unit")} if operation.about is About.RECEIVING_UNIT else {}
    words = [itself.get(place, PLACES[place][1]) for place in places]
    return ", ".join(f"{each.zh} {each.en}" for each in words)


def complaint_pages() -> list[str]:
    """The names of the pages whose address holds a complaint's number."""
    from django.urls import get_resolver

    return sorted(
        f"desk:{entry.name}"
        for resolver in get_resolver().url_patterns
        if getattr(resolver, "namespace", "") == "desk"
        for entry in _flat(resolver)
        if re.search(r"[<:]number>", str(entry.pattern))
    )


def _flat(resolver: object) -> Iterator[object]:
    for entry in resolver.url_patterns:  # type: ignore[attr-defined]
        if hasattr(entry, "url_patterns"):
            yield from _flat(entry)
        else:
            yield entry


if __name__ == "__main__":
    PAPER.write_text(paper())
