"""导入计划: which columns a file may have, and what is to happen to each of its rows."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from hashlib import sha256

import msgspec

from shouwen.core.text import Text


class Column(msgspec.Struct, frozen=True):
    """列: `key` in the program, `title` as the heading says it, other headings that mean the same, a hint for the template."""

    key: str
    title: Text
    hint: Text
    needed: bool = False
    also: tuple[str, ...] = ()
    longest: int = 100


UNIT_COLUMNS = (
    Column(
        "code",
        Text("机构号", "unit code"),
        Text("字母、数字", "letters and digits"),
        needed=True,
        also=("机构代码", "机构编号"),
        longest=32,
    ),
    Column("name", Text("机构名称", "unit name"), Text("全称", "in full"), needed=True, also=("名称",)),
    Column(
        "kind",
        Text("类型", "kind"),
        Text("从下拉列表选择", "choose from the list"),
        needed=True,
        also=("机构类型", "级别"),
        longest=40,
    ),
    Column(
        "parent",
        Text("上级机构号", "belongs to"),
        Text("总行留空", "empty for the head office"),
        also=("上级", "上级机构"),
        longest=32,
    ),
    Column("address", Text("地址", "address"), Text("可不填", "may be empty"), longest=200),
    Column("phone", Text("办公电话", "office phone"), Text("可不填", "may be empty"), also=("电话",), longest=40),
    Column(
        "opened_on",
        Text("开业日期", "opened on"),
        Text("如 2020-01-01，可不填", "such as 2020-01-01; may be empty"),
        longest=20,
    ),
)
STAFF_COLUMNS = (
    Column(
        "employee_no",
        Text("工号", "employee number"),
        Text("与登录名相同", "also the name to sign in with"),
        needed=True,
        also=("员工号",),
        longest=32,
    ),
    Column("name", Text("姓名", "name"), Text("", ""), needed=True, longest=60),
    Column(
        "unit",
        Text("所在机构号", "unit code"),
        Text("机构表中的机构号", "a code of the units"),
        needed=True,
        also=("机构号", "所在机构"),
        longest=32,
    ),
    Column(
        "duties",
        Text("岗位", "duties"),
        Text("几个岗位用顿号分开", "several: separate them with commas"),
        also=("职责",),
        longest=200,
    ),
    Column(
        "rank",
        Text("联系人次序", "contact"),
        Text("A＝第一联系人，B＝第二联系人", "A is first, B is second"),
        also=("联系人",),
        longest=10,
    ),
    Column("phone", Text("办公电话", "office phone"), Text("可不填", "may be empty"), also=("电话",), longest=40),
    Column("email", Text("电子邮箱", "e-mail"), Text("可不填", "may be empty"), also=("邮箱",), longest=254),
    Column(
        "from_date",
        Text("任职起始日期", "duties from"),
        Text("不填为今天", "today when empty"),
        also=("任职日期",),
        longest=20,
    ),
)


class Subject(StrEnum):
    UNITS = "units"
    STAFF = "staff"

    @property
    def columns(self) -> tuple[Column, ...]:
        return UNIT_COLUMNS if self is Subject.UNITS else STAFF_COLUMNS

    @property
    def label(self) -> Text:
        return Text("机构", "Units") if self is Subject.UNITS else Text("人员", "Staff")


class RowState(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    BAD = "bad"

    @property
    def label(self) -> Text:
        return {
            RowState.NEW: Text("新增", "new"),
            RowState.CHANGED: Text("变更", "changed"),
            RowState.UNCHANGED: Text("不变", "unchanged"),
            RowState.BAD: Text("有问题", "bad"),
        }[self]


class Problem(msgspec.Struct, frozen=True):
    """Why a row cannot be taken: the column at fault (empty for the whole row) and a sentence."""

    column: str
    why: Text


class PlannedRow(msgspec.Struct):
    """One row of the file. `number` is its row in the sheet, counted as Excel does; `values` is what stands in it."""

    subject: Subject
    number: int
    values: Mapping[str, str]
    state: RowState = RowState.UNCHANGED
    problems: list[Problem] = []
    changes: tuple[str, ...] = ()

    @property
    def bad(self) -> bool:
        return bool(self.problems)

    @property
    def faulty(self) -> frozenset[str]:
        """The columns at fault."""
        return frozenset(problem.column for problem in self.problems)

    @property
    def cells(self) -> Iterator[tuple[Column, str]]:
        return ((column, self.values.get(column.key, "")) for column in self.subject.columns)

    def refuse(self, column: str, zh: str, en: str) -> None:
        """Mark the row as bad. Every column at fault is named, each with its first reason."""
        if column not in self.faulty:
            self.problems.append(Problem(column, Text(zh, en)))
            self.state = RowState.BAD


class Plan(msgspec.Struct):
    """What an import would do. Nothing is written before somebody has seen it."""

    units: Sequence[PlannedRow]
    staff: Sequence[PlannedRow]

    @property
    def rows(self) -> list[PlannedRow]:
        return [*self.units, *self.staff]

    def counts(self) -> dict[RowState, int]:
        states = [row.state for row in self.rows]
        return {state: states.count(state) for state in RowState}

    @property
    def digest(self) -> str:
        """The same as long as the import would do the same: what was previewed is what is confirmed."""
        told = [
            (row.subject, row.number, row.state, row.changes, [problem.why.zh for problem in row.problems])
            for row in self.rows
        ]
        return sha256(msgspec.json.encode(told)).hexdigest()
