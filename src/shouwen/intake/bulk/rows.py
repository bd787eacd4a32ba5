"""From a row of a file to commands, or to all the reasons why it cannot become any."""

import re
from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

import msgspec

from shouwen.casework.vault import Details
from shouwen.core import masking
from shouwen.core.complaint.receiving import CarryOver, Register
from shouwen.core.text import Text
from shouwen.intake.bulk.mapping import Mapping, Rule
from shouwen.organisation.directory import Directory

HALF_CHARACTER = re.compile("[\ud800-\udfff]")
Cells = dict[str, str]
OPENING = time(9)
TITLE_LENGTH = 200
SOURCE_LENGTH = 100


class Taken(msgspec.Struct, frozen=True):
    """A row as commands. `key` names it in its source; `end` is there for what was ended in the former system."""

    key: str
    command: Register
    details: Details
    end: CarryOver | None


def key_of(cells: Cells, column: str) -> str:
    """What the row is called in its source; empty when it has no name."""
    return cells.get(column, "").strip()


class Reader:
    """Reads rows by one mapping. Days without a time stand for nine in the morning in the zone of the mapping."""

    def __init__(self, mapping: Mapping, directory: Directory, unit_id: int) -> None:
        self._mapping = mapping
        self._directory = directory
        self._unit_id = unit_id
        self._zone = ZoneInfo(mapping.zone)

    def read(self, cells: Cells) -> Taken | list[Text]:
        """The row as commands, or every problem that it has."""
        problems = _unsound(cells)
        if problems:
            return problems
        details = {field: self._made(rule, cells, field, problems) for field, rule in self._mapping.details.items()}
        known = Details(**details).known()
        given = {
            field: value
            for field, rule in self._mapping.fields.items()
            if (value := self._made(rule, cells, field, problems, known))
        }
        key = key_of(cells, self._mapping.key)
        if not key:
            problems.append(
                Text(
                    f"“{self._mapping.key}”为空，无法识别这一行", f"“{self._mapping.key}” is empty: the row has no name"
                )
            )
        if len(self._source(key)) > SOURCE_LENGTH:
            problems.append(
                Text(
                    f"“{self._mapping.key}”有 {len(key)} 个字，太长，无法作为编号",
                    f"“{self._mapping.key}” has {len(key)} characters, too many for the name of a row",
                )
            )
        received_at = self._day(given.get("received_at", ""), problems)
        unit_id = self._unit(cells, problems)
        facts = self._facts(given.get("channel", ""), cells, problems)
        end = self._end(cells, problems)
        if problems or received_at is None:
            return problems
        command = Register(
            channel=given.get("channel", ""),
            channel_facts=facts,
            kind=given.get("kind", "complaint"),
            received_at=received_at,
            receiving_unit=unit_id,
            subject=masking.shortened(given.get("subject", ""), TITLE_LENGTH, known),
            statement=self._with_kept(given.get("statement", ""), cells),
            wish=given.get("wish", ""),
            class_=given.get("class_", ""),
            anonymous=given.get("anonymous", "") in ("true", "yes", "是", "1"),
            source=self._source(key),
            contact_elsewhere=self._mapping.contact_elsewhere,
        )
        return Taken(key, command, Details(**details), end)

    def _source(self, key: str) -> str:
        return f"{self._mapping.source}:{key}"

    def _made(
        self,
        rule: Rule,
        cells: Cells,
        field: str,
        problems: list[Text],
        people: Sequence[tuple[str, str]] = (),
    ) -> str:
        if rule.template:
            text = rule.template.format_map(_Blank(cells)).strip()
        else:
            text = next((cell for column in rule.columns if (cell := cells.get(column, "").strip())), rule.constant)
        if rule.values and text not in rule.values.values():
            found = rule.values.get(text, rule.otherwise)
            if found is None:
                known = "、".join(value for value in rule.values if value)
                named = "/".join(rule.columns)
                problems.append(
                    Text(
                        f"“{named}”的值“{text}”无法识别，可以是：{known}", f"“{named}” has “{text}”; it can be: {known}"
                    )
                )
                return ""
            text = found
        return masking.shortened(text, rule.longest, people) if rule.longest else text

    def _day(self, text: str, problems: list[Text]) -> datetime | None:
        for form in self._mapping.dates:
            try:
                moment = datetime.strptime(text, form).replace(tzinfo=self._zone)
            except ValueError:
                continue
            has_time = "%H" in form
            return moment if has_time else datetime.combine(moment.date(), OPENING, self._zone)
        problems.append(
            Text(
                f"日期“{text}”无法识别，请写成 2026-03-18 这样的形式",
                f"“{text}” is not a date that can be read; write it like 2026-03-18",
            )
        )
        return None

    def _unit(self, cells: Cells, problems: list[Text]) -> int:
        code = self._made(self._mapping.unit, cells, "unit", problems) if self._mapping.unit else ""
        if not code:
            return self._unit_id
        unit = self._directory.unit_by_code(code)
        if unit is None:
            problems.append(Text(f"没有机构号为“{code}”的机构", f"there is no unit with the code “{code}”"))
            return self._unit_id
        return unit.id

    def _facts(self, channel: str, cells: Cells, problems: list[Text]) -> dict[str, str]:
        rules = self._mapping.facts.get(channel, {})
        made = {code: self._made(rule, cells, code, problems) for code, rule in rules.items()}
        return {code: value for code, value in made.items() if value}

    def _with_kept(self, statement: str, cells: Cells) -> str:
        """The statement, and below it the columns that have no field of their own, so that nothing of the row is lost."""
        kept = [f"{column}: {cells[column].strip()}" for column in self._mapping.kept if cells.get(column, "").strip()]
        return "\n".join([statement, "", *kept]) if kept else statement

    def _end(self, cells: Cells, problems: list[Text]) -> CarryOver | None:
        end = self._mapping.end
        state = cells.get(end.column, "").strip() if end else ""
        if end is None or state not in end.values:
            if end and end.open and state and state not in end.open:
                known = "、".join((*end.values, *end.open))
                problems.append(
                    Text(
                        f"“{end.column}”的值“{state}”无法识别，可以是：{known}",
                        f"“{end.column}” has “{state}”; it can be: {known}",
                    )
                )
            return None
        day = cells.get(end.at, "").strip() if end.at else ""
        ended_at = self._day(day, problems) if day else None
        return CarryOver(outcome=self._made(end.outcome, cells, "outcome", problems), ended_at=ended_at)


def _unsound(cells: Cells) -> list[Text]:
    """Columns with a NUL character or half a character, which no database keeps and nobody typed."""
    if _is_sound("".join(cells.values())):
        return []
    return [
        Text(f"“{column}”含有无法保存的字符", f"“{column}” has a character that cannot be kept")
        for column, cell in cells.items()
        if not _is_sound(cell)
    ]


def _is_sound(text: str) -> bool:
    return "\0" not in text and HALF_CHARACTER.search(text) is None


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""
