"""预览: what would become of each row, tried through the very rules that register it, without writing anything."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from shouwen.casework.door import Case, carry_out
from shouwen.casework.models import ComplaintRow
from shouwen.casework.rows import REFERENCE_LENGTH
from shouwen.casework.vault import Details, Vault
from shouwen.core.complaint.receiving import Register
from shouwen.core.complaint.state import reference_of
from shouwen.core.people import Actor
from shouwen.core.policy import Policy
from shouwen.core.policy_terms import Term
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.intake import channels, transfer
from shouwen.intake.slips.columns import CHOICES, COLUMNS, DETAILS, FACTS, TITLES
from shouwen.organisation.directory import directory
from shouwen.organisation.importing.plan import Column, Problem
from shouwen.organisation.importing.reading import Numbered, rows_under, sheets_of

MOST_ROWS = 300
"""Slips of one file: each is registered by itself, and the page waits for all."""

YES = frozenset({"是", "匿名", "yes", "y", "true", "1"})
NO = frozenset({"", "否", "no", "n", "false", "0"})
FACT_COLUMNS = {"channel_facts." + fact: fact for fact in FACTS}


class SlipState(StrEnum):
    GOOD = "good"
    KNOWN = "known"
    BAD = "bad"

    @property
    def label(self) -> Text:
        return {
            SlipState.GOOD: Text("可登记", "to be registered"),
            SlipState.KNOWN: Text("已登记", "registered already"),
            SlipState.BAD: Text("有问题", "bad"),
        }[self]


class Slip(msgspec.Struct):
    """One row of the list. `known` is the number of the complaint that has this document number already."""

    number: int
    values: dict[str, str]
    register: Register | None = None
    details: Details = Details()
    problems: tuple[Problem, ...] = ()
    known: str = ""

    @property
    def state(self) -> SlipState:
        if self.known:
            return SlipState.KNOWN
        return SlipState.BAD if self.problems else SlipState.GOOD

    @property
    def cells(self) -> Iterator[tuple[Column, str]]:
        return ((column, self.values.get(column.key, "")) for column in COLUMNS)

    @property
    def at_fault(self) -> frozenset[str]:
        return frozenset(problem.column for problem in self.problems)


def read_slips(content: bytes) -> list[Numbered]:
    """The rows of the first sheet with the headings of the template. Refused: a file that cannot be read, no such sheet, too many rows."""
    found = next((rows for sheet in sheets_of(content) if (rows := rows_under(sheet, COLUMNS)) is not None), None)
    if found is None:
        needed = [column.title for column in COLUMNS if column.needed]
        raise Refusal(
            "no-known-headings",
            Text(
                f"没有找到含有“{'、'.join(title.zh for title in needed)}”的表头，请按模板填写。",
                f"No sheet has the headings {', '.join(title.en for title in needed)}. Use the template.",
            ),
            field="file",
        )
    if not found:
        raise Refusal("no-rows", Text("表头下面没有内容。", "There is nothing below the headings."), field="file")
    if len(found) > MOST_ROWS:
        raise Refusal(
            "too-many-rows",
            Text(
                f"文件有{len(found)}行，一次最多{MOST_ROWS}行，请分成几个文件。",
                f"The file has {len(found)} rows, {MOST_ROWS} at most. Split it.",
            ),
            field="file",
        )
    return found


def plan(rows: Sequence[Numbered], policy: Policy, actor: Actor, unit_id: int, brought_at: datetime) -> list[Slip]:
    """What each row would become for this person, received at this unit; moments without a time of their own are `brought_at`."""
    slips = [_slip(number, values, policy, unit_id, brought_at) for number, values in rows]
    _mark_known(slips)
    for slip in slips:
        if slip.state is SlipState.GOOD:
            _try(slip, policy, actor, brought_at)
    return slips


def _slip(number: int, values: dict[str, str], policy: Policy, unit_id: int, brought_at: datetime) -> Slip:
    slip = Slip(number, values)
    for column in COLUMNS:
        text = values.get(column.key, "")
        if column.needed and not text:
            _refuse(slip, column.key, "此项必填。", "This is needed.")
        elif len(text) > column.longest:
            _refuse(slip, column.key, f"最多{column.longest}个字。", f"At most {column.longest} characters.")
    facts = {code: values.get(code, "") for code in FACTS}
    channel = policy.channel(transfer.CODE)
    for code in CHOICES:
        fact = channel.fact(code)
        if facts[code] and fact is not None:
            facts[code] = _code(slip, code, facts[code], fact.choices)
    anonymous = values.get("anonymous", "").strip().casefold()
    if anonymous not in YES | NO:
        _refuse(slip, "anonymous", "请填“是”或留空。", "Write “yes” or leave it empty.")
    class_ = values.get("class_", "")
    slip.details = Details(**{field: values.get(field, "") for field in DETAILS})
    slip.register = Register(
        channel=transfer.CODE,
        channel_facts={code: value for code, value in facts.items() if value},
        received_at=_moment(slip, values.get("received_at", ""), policy, brought_at),
        receiving_unit=unit_id,
        anonymous=anonymous in YES,
        subject=values.get("subject", ""),
        statement=values.get("statement", ""),
        wish=values.get("wish", ""),
        class_=_code(slip, "class_", class_, policy.given_classes) if class_ else "",
        unit_about=_unit(slip, values.get("unit_about", "")),
    )
    return slip


def _code(slip: Slip, column: str, text: str, terms: Iterable[Term | object]) -> str:
    """The code of the term that is called so, in Chinese or English."""
    known = [(str(getattr(term, "code", "")), getattr(term, "title", Text(""))) for term in terms]
    for code, title in known:
        if text.strip().casefold() in (code, title.zh, title.en.casefold()):
            return code
    _refuse(
        slip,
        column,
        f"可以填：{'、'.join(title.zh for _, title in known)}。",
        f"It can be: {', '.join(title.en for _, title in known)}.",
    )
    return ""


def _moment(slip: Slip, text: str, policy: Policy, brought_at: datetime) -> datetime:
    if not text:
        return brought_at
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        _refuse(slip, "received_at", "请填日期，如 2026-03-01 09:30。", "Write it like 2026-03-01 09:30.")
        return brought_at
    return moment if moment.tzinfo else moment.replace(tzinfo=policy.zone)


def _unit(slip: Slip, code: str) -> int | None:
    unit = directory().unit_by_code(code) if code else None
    if code and unit is None:
        _refuse(slip, "unit_about", "没有这个机构号。", "There is no unit with this code.")
    return unit.id if unit else None


def _refuse(slip: Slip, column: str, zh: str, en: str) -> None:
    slip.problems = (*slip.problems, Problem(column, Text(zh, en)))


def _mark_known(slips: list[Slip]) -> None:
    """已登记的文号 of the same body, on record or earlier in the file."""
    keys = {slip.number: reference_of(slip.values)[:REFERENCE_LENGTH] for slip in slips}
    on_record = dict(
        ComplaintRow.objects.filter(reference__in=[key for key in keys.values() if key]).values_list(
            "reference", "number"
        )
    )
    first: dict[str, int] = {}
    for slip in slips:
        key = keys[slip.number]
        if key in on_record:
            slip.known = on_record[key]
        elif key and key in first:
            _refuse(
                slip,
                "document_number",
                f"与第{first[key]}行的文号重复。",
                f"The same document number stands in row {first[key]}.",
            )
        elif key:
            first[key] = slip.number


def _try(slip: Slip, policy: Policy, actor: Actor, now: datetime) -> None:
    """Decide the registration as the door will, on a record that is thrown away."""
    assert slip.register is not None
    try:
        commands = channels.commands(slip.register, policy, actor, now.astimezone(policy.zone).date())
        carry_out(Case(None, b"", Vault.new(0, slip.details)), commands, actor, max(now, slip.register.received_at))
    except Refusal as refusal:
        field = FACT_COLUMNS.get(refusal.field or "", refusal.field or "")
        slip.problems = (*slip.problems, Problem(field if field in TITLES else "", refusal.message))
