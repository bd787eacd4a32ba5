"""The import: read in any usual form, previewed row by row, written whole or not at all."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import load_workbook

from shouwen.core.duties import Duty
from shouwen.core.refusal import Refusal
from shouwen.organisation import directory, importing, staffing
from shouwen.organisation.commands import import_organisation
from shouwen.organisation.importing import RowState, sheets
from shouwen.organisation.importing.reading import read_tables
from shouwen.organisation.models import Contact, Holding, Staff, Unit
from tests.organisation.small_bank import TODAY, Bank
from tests.organisation.test_tree import paths_follow_parents

UNITS = "机构号,机构名称,类型,上级机构号,开业日期\n"
STAFF = "工号,姓名,所在机构号,岗位,联系人次序\n"


def planned(text: str) -> importing.Plan:
    return importing.plan_import(read_tables(text.encode()), TODAY)


def why(text: str) -> str:
    """The reason of the one bad row."""
    (row,) = (row for row in planned(text).rows if row.bad)
    return "".join(problem.why.zh for problem in row.problems)


def write(text: str) -> importing.Plan:
    return importing.write(read_tables(text.encode()), TODAY)


def workbook(*sheets: Sequence[Sequence[object]]) -> bytes:
    output = io.BytesIO()
    with xlsxwriter.Workbook(output) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return output.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_that_banks_use(encoding: str) -> None:
    (table,) = read_tables((UNITS + "21,城东支行𠮷,支行,2,\n").encode(encoding))
    assert table.rows[0][1]["name"] == "城东支行𠮷"


def test_a_workbook_has_both_sheets_and_its_numbers_are_codes() -> None:
    content = workbook(
        [["工号", "姓名", "机构号"], [102.0, "李敏", 21]],
        [["机构号*", "机构名称*", "类型*"], [], [21, "城东支行", "支行"]],
    )
    units, staff = read_tables(content)
    assert units.rows == ((3, {"code": "21", "name": "城东支行", "kind": "支行"}),)
    assert staff.rows[0][1]["employee_no"] == "102"


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0", b"a,b\n1,2", b"\xff\xfe\x00\x81", bytes(99)]
)
def test_a_file_that_is_no_table_of_ours_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(Refusal):
        read_tables(content)


def test_the_template_imports_as_it_is(db: None) -> None:
    plan = importing.write(read_tables(importing.template()), TODAY)
    assert plan.counts()[RowState.NEW] == 4
    assert Unit.objects.get(code="100000").leader == Staff.objects.get(employee_no="000002")


def test_the_preview_tells_new_changed_unchanged_and_bad_and_writes_nothing(bank: Bank) -> None:
    plan = planned(UNITS + "21,城东支行,支行,2,\n211,新名分理处,网点,21,\n23,城北支行,支行,2,\n24,城南支行,村镇,2,\n")
    assert [row.state.value for row in plan.units] == ["unchanged", "changed", "new", "bad"]
    assert plan.units[1].changes == ("name",)
    assert (plan.units[3].number, plan.units[3].faulty) == (5, {"kind"})
    assert Unit.objects.count() == 5


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("23,,支行,2,", "机构名称没有填写"),
        ("2 3,城北支行,支行,2,", "以外的字符"),
        ("23,城北支行,支行,29,", "没有机构号为“29”的机构"),
        ("23,城北支行,支行,江东分行,", "是不是 2（江东分行）"),
        ("23,城北支行,支行,211,", "支行不能设在网点之下"),
        ("23,城北支行,支行,11,", "部门之下不设机构"),
        ("23,第二总行,总行,,", "已经有总行"),
        ("23,城北支行,支行,2,2020-02-30", "不是日期"),
        ("21,城东支行,网点,2,", "下级“人民路分理处”"),
        ("2,江东分行,支行,21,", "绕成了圈"),
    ],
)
def test_a_bad_unit_says_what_is_wrong(bank: Bank, row: str, reason: str) -> None:
    assert reason in why(UNITS + row + "\n")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("201,,21,,", "姓名没有填写"),
        ("201,赵雷,99,,", "没有机构号为“99”的机构"),
        ("201,赵雷,21,经办,", "是不是“经办人”"),
        ("201,赵雷,21,,C", "请填 A 或 B"),
        ("201,赵雷,21,,B", "请先指定 A"),
    ],
)
def test_a_bad_person_says_what_is_wrong(bank: Bank, row: str, reason: str) -> None:
    assert reason in why(STAFF + row + "\n")


def test_every_cell_that_is_wrong_is_named_at_once(bank: Bank) -> None:
    (row,) = planned(UNITS + "2 3,,村镇,2,2020-02-30\n").units
    assert row.faulty == {"code", "name", "kind", "opened_on"}


def test_a_code_that_stands_twice_is_refused_the_second_time(bank: Bank) -> None:
    assert "与第 2 行重复" in why(UNITS + "23,城北支行,支行,2,\n23,城北支行,支行,2,\n")


def test_what_stands_below_a_bad_row_waits_for_it(bank: Bank) -> None:
    plan = planned(UNITS + "3,云岭分行,省行,1,\n31,翠湖支行,支行,3,\n311,花市分理处,网点,31,\n")
    assert [row.bad for row in plan.units] == [True, True, True]
    assert "第 2 行，那一行有问题" in plan.units[1].problems[0].why.zh


def test_good_rows_are_written_whatever_their_order_and_paths_follow(bank: Bank) -> None:
    write(UNITS + "311,花市分理处,网点,31,\n31,翠湖支行,支行,3,\n3,云岭分行,一级分行,1,\n21,城东支行,支行,3,\n")
    paths_follow_parents()
    assert Unit.objects.get(code="211").path.startswith(Unit.objects.get(code="3").path)


def test_the_same_file_twice_changes_nothing_the_second_time(bank: Bank) -> None:
    text = STAFF + "101,王强,21,联系人、第一责任人,A\n201,赵雷,21,经办人,B\n"
    write(text)
    assert {row.state for row in planned(text).rows} == {RowState.UNCHANGED}


def test_people_come_with_duties_contact_places_and_no_password(bank: Bank) -> None:
    write(STAFF + "201,赵雷,21,经办人、第一责任人,A\n")
    staff = Staff.objects.get(employee_no="201")
    assert set(Holding.objects.filter(staff=staff).values_list("duty", flat=True)) == {Duty.HANDLER, Duty.LEADER}
    assert Contact.objects.get(unit=bank.sub).staff == staff
    assert Unit.objects.get(code="21").leader == staff
    assert not staff.has_usable_password()


def test_an_import_that_makes_a_leader_ends_the_duty_of_the_one_before(bank: Bank) -> None:
    staffing.appoint_leader(bank.sub.id, bank.wang.id, TODAY)
    write(STAFF + "102,李敏,21,第一责任人,\n")
    directory.forget()
    assert [person.name for person in directory.directory().holders(Duty.LEADER, bank.sub.id, TODAY)] == ["李敏"]


def test_contacts_change_places_in_one_file(bank: Bank) -> None:
    staffing.set_contacts(bank.sub.id, bank.wang.id, bank.li.id, TODAY)
    write(STAFF + "101,王强,21,,B\n102,李敏,21,,A\n")
    assert dict(Contact.objects.values_list("rank", "staff__name")) == {"A": "李敏", "B": "王强"}


def test_a_preview_that_no_longer_holds_cannot_be_confirmed(bank: Bank) -> None:
    text = UNITS + "23,城北支行,支行,2,\n"
    seen = planned(text).digest
    write(text)
    with pytest.raises(Refusal, match="plan-out-of-date"):
        importing.write(read_tables(text.encode()), TODAY, seen)


def test_ten_thousand_rows_are_planned_and_written(bank: Bank) -> None:
    people = "".join(f"P{number},员工,21,经办人,\n" for number in range(10_000))
    assert write(STAFF + people).counts()[RowState.NEW] == 10_000
    assert Holding.objects.filter(duty=Duty.HANDLER).count() == 10_000


def test_rejects_carry_row_column_and_reason_and_no_formula(bank: Bank) -> None:
    plan = planned(STAFF + '201,"=HYPERLINK(""x"")",99,,\n')
    book = load_workbook(io.BytesIO(importing.rejects(plan)))
    row = book.get_sheet_by_index(0).to_python()[1]
    assert row[1] == '\'=HYPERLINK("x")'
    assert row[-3:-1] == ["2", "所在机构号"]


def test_the_command_previews_without_writing_and_counts_bad_rows(
    bank: Bank, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "units.csv"
    file.write_bytes((UNITS + "23,城北支行,支行,2,\n24,,支行,2,\n").encode("gb18030"))
    assert import_organisation([str(file), "--preview"]) == 1
    assert Unit.objects.count() == 5
    assert import_organisation([str(file)]) == 1
    assert Unit.objects.count() == 6
    assert "机构第 3 行：机构名称没有填写" in capsys.readouterr().out


def hostile_workbook(last: str) -> bytes:
    """A small workbook whose only other cell is far away; made by hand, since no program writes one."""
    xml = '<?xml version="1.0"?>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    row = "".join(filter(str.isdigit, last))

    def cell(place: str, text: str) -> str:
        return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'

    parts = {
        "[Content_Types].xml": f'{xml}<Types xmlns="{package}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        "_rels/.rels": f'{xml}<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{xml}<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{xml}<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
        f'Type="{office}/worksheet" Target="worksheets/s.xml"/></Relationships>',
        "xl/worksheets/s.xml": f'{xml}<worksheet xmlns="{main}"><sheetData><row r="1">{cell("A1", "机构号")}</row>'
        f'<row r="{row}">{cell(last, "x")}</row></sheetData></worksheet>',
    }
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return output.getvalue()


@pytest.mark.parametrize(
    ("last", "rule"),
    [
        ("XFD1048576", "file-too-large"),
        ("CV1048576", "file-too-large"),
        ("A200000", "too-many-rows"),
        ("KK2", "too-many-columns"),
        ("B2", "no-known-headings"),
    ],
)
def test_a_workbook_whose_last_cell_is_far_away_takes_no_memory_of_ours(last: str, rule: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_tables(hostile_workbook(last))
    assert refused.value.rule == rule


def test_a_workbook_that_unpacks_to_very_much_is_not_unpacked() -> None:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/workbook.xml", "w") as part:
        for _ in range(sheets.MOST_UNPACKED // 1024**2 + 1):
            part.write(b" " * 1024**2)
    with pytest.raises(Refusal) as refused:
        read_tables(output.getvalue())
    assert refused.value.rule == "file-too-large"


@pytest.mark.parametrize(
    ("content", "rule"), [(b"a\n" * 200_000, "too-many-rows"), (b"a," * 1_000 + b"\n", "too-many-columns")]
)
def test_a_csv_of_very_many_rows_or_columns_is_refused_before_all_of_it_is_read(content: bytes, rule: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_tables(content)
    assert refused.value.rule == rule
