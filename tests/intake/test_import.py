"""Importing complaints: encodings, rejects with reasons, the same file twice, and the public database as it comes."""

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from shouwen.casework.door import next_ids
from shouwen.casework.models import ComplaintRow
from shouwen.casework.vault import Vault
from shouwen.core.refusal import Refusal
from shouwen.intake.bulk import run
from shouwen.intake.bulk.mapping import load_mapping
from shouwen.intake.bulk.reading import encoding_of
from shouwen.intake.bulk.rows import Reader
from shouwen.intake.commands import import_complaints, write_template
from shouwen.organisation.directory import directory

HEADINGS = [
    "原编号",
    "接到时间",
    "受理渠道",
    "标题",
    "投诉内容",
    "投诉人姓名",
    "联系电话",
    "分类",
    "受理机构号",
    "状态",
]
GOOD = [
    "A-1",
    "2025-03-18 10:20",
    "电话",
    "柜台排队",
    "排队两小时无人疏导。",
    "王小明",
    "13812345678",
    "服务态度",
    "",
    "",
]

Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def bank(staffed: None) -> None:
    """The demo bank's organisation."""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(*rows: list[str], encoding: str = "utf-8", name: str = "old.csv") -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding=encoding) as file:
            csv.writer(file).writerows([HEADINGS, *rows])
        return path

    return write


def row(**changes: str) -> list[str]:
    return [changes.get(heading, cell) for heading, cell in zip(HEADINGS, GOOD, strict=True)]


def rejects_of(path: Path) -> list[list[str]]:
    with path.with_name(f"{path.name}.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_is_read_right_whatever_its_encoding(write: Write, encoding: str) -> None:
    assert import_complaints([str(write(GOOD, encoding=encoding))]) == 0
    complaint = ComplaintRow.objects.get()
    assert complaint.title == "柜台排队"
    assert Vault.open(complaint.id).details.name == "王小明"


def test_a_gb18030_file_is_told_from_utf8(write: Write) -> None:
    assert encoding_of(write(GOOD, encoding="gb18030")) == "gb18030"


def test_the_same_file_twice_adds_nothing(write: Write) -> None:
    path = write(GOOD, row(原编号="A-2"))
    import_complaints([str(path)])
    import_complaints([str(path)])
    assert ComplaintRow.objects.count() == 2


def test_an_interrupted_import_goes_on_where_it_stopped(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH", 2)
    path = write(*[row(原编号=f"A-{number}") for number in range(6)])
    real, calls = run._known, []

    def interrupted(*arguments: object) -> set[str]:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "_known", interrupted)
    assert import_complaints([str(path)]) == 130
    assert ComplaintRow.objects.count() == 2
    assert import_complaints([str(path)]) == 0
    assert ComplaintRow.objects.count() == 6


def test_each_bad_row_says_every_reason_and_the_good_ones_go_in(write: Write) -> None:
    path = write(
        GOOD,
        row(原编号="A-2", 接到时间="昨天", 受理渠道="鸽子"),
        row(原编号="A-3", 接到时间="2999-01-01"),
        row(原编号="A-1"),
        row(原编号="A-5", 受理机构号="999999"),
        row(原编号="", 标题="无编号"),
        row(原编号="A-7", 联系电话="", 投诉人姓名=""),
        row(原编号="A-8", 投诉内容="　 "),
    )
    assert import_complaints([str(path)]) == 1
    assert ComplaintRow.objects.count() == 1
    reasons = {int(line[0]): line[1] for line in rejects_of(path)}
    assert "昨天" in reasons[3]
    assert "鸽子" in reasons[3]
    assert "晚于现在" in reasons[4]
    assert "第 2 行" in reasons[5]
    assert "999999" in reasons[6]
    assert "为空" in reasons[7]
    assert "匿名" in reasons[8]
    assert "投诉内容" in reasons[9]


def test_no_cell_of_the_rejects_starts_a_formula(write: Write) -> None:
    path = write(row(原编号="A-2", 接到时间="x", 标题='=HYPERLINK("http://evil.example")'))
    import_complaints([str(path)])
    assert rejects_of(path)[0][6].startswith("'=")


def test_a_preview_checks_everything_and_writes_nothing(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert import_complaints([str(write(GOOD, row(原编号="A-2", 接到时间="x"))), "--preview"]) == 1
    assert ComplaintRow.objects.count() == 0
    assert "柜台排队" in capsys.readouterr().out


def test_a_file_without_the_columns_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(Refusal, match="原编号"):
        import_complaints([str(path)])


def test_what_was_ended_before_is_closed_and_what_was_not_is_open(write: Write) -> None:
    import_complaints([str(write(GOOD, row(原编号="A-2", 状态="已办结")))])
    assert sorted(ComplaintRow.objects.values_list("stage", flat=True)) == ["closed", "registered"]


def test_an_excel_file_and_our_own_template_go_in(tmp_path: Path, write: Write) -> None:
    template = tmp_path / "template.xlsx"
    write_template([str(template)])
    assert import_complaints([str(template)]) == 0
    book = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(book) as workbook:
        sheet = workbook.add_worksheet()
        for place, cells in enumerate([HEADINGS, row(原编号="42")]):
            sheet.write_row(place, 0, cells)
    assert import_complaints([str(book)]) == 0
    assert ComplaintRow.objects.count() == 2


def test_personal_data_of_an_imported_row_are_not_on_the_journal_in_clear(write: Write) -> None:
    import_complaints([str(write(row(投诉内容="请打13812345678找王小明")))])
    state = ComplaintRow.objects.get().state
    assert "13812345678" not in state
    assert "王小明" not in state


def test_a_title_is_never_cut_in_the_middle_of_a_number_or_a_name(write: Write) -> None:
    """Half a number is not recognised, so it would be kept in clear."""
    write_long = write(
        row(原编号="A-1", 标题="长" * 192 + "13812345678"),
        row(原编号="A-2", 标题="长" * 198 + "王小明来访"),
    )
    assert import_complaints([str(write_long)]) == 0
    assert {complaint.title for complaint in ComplaintRow.objects.all()} == {"长" * 192, "长" * 198}


def test_hostile_rows_are_rejects_with_a_reason_and_stop_no_other_row(write: Write) -> None:
    path = write(
        row(原编号="N\0001"),
        row(原编号="A-2", 投诉人姓名="张\0三"),
        row(原编号="K" * 300 + "1"),
        row(原编号="K" * 300 + "2"),
        row(原编号="A-5", 投诉内容="长" * 60_000),
        row(原编号="A-6", 接到时间="0001-01-01"),
        row(原编号="A-7", 投诉内容="证件 " + "𐩀" * 15),
        GOOD,
    )
    assert import_complaints([str(path)]) == 1
    reasons = {int(line[0]): line[1] for line in rejects_of(path)}
    assert sorted(reasons) == [2, 3, 4, 5, 6, 7]
    assert all("无法保存的字符" in reasons[number] for number in (2, 3))
    assert all("太长" in reasons[number] for number in (4, 5))
    assert ComplaintRow.objects.count() == 2


def test_half_a_character_is_a_reject_that_can_be_written(write: Write, tmp_path: Path) -> None:
    found = reader().read(dict(zip(HEADINGS, row(投诉内容="坏\ud800字"), strict=True)))
    assert isinstance(found, list)
    assert "无法保存的字符" in found[0].zh
    rejects = run.Rejects(tmp_path / "rejects.csv", ["投诉内容"])
    rejects(run.Reject(2, {"投诉内容": "坏\ud800字"}, found))
    rejects.close()
    assert "坏?字" in (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    "damaged", [lambda content: content[:-12], lambda content: content[:40], lambda content: b"hello"]
)
def test_a_damaged_gz_is_refused_with_a_sentence(write: Write, damaged: Callable[[bytes], bytes]) -> None:
    plain = write(GOOD)
    packed = plain.with_suffix(".csv.gz")
    packed.write_bytes(damaged(gzip.compress(plain.read_bytes())))
    with pytest.raises(Refusal) as refused:
        import_complaints([str(packed)])
    assert refused.value.rule == "file-unreadable"
    assert not ComplaintRow.objects.exists()


def reader() -> Reader:
    return Reader(load_mapping("shouwen"), directory(), directory().open_units()[0].id)


CHANNELS = {
    "电话": "hotline",
    "意见簿": "opinion_book",
    "网络": "web",
    "来访": "visit",
    "来信": "letter",
    "邮件": "email",
    "媒体": "media",
    "上级转办": "transfer",
}


def test_a_row_of_every_channel_of_our_template_goes_in(tmp_path: Path) -> None:
    path = tmp_path / "all.csv"
    contact = {"电子邮箱": "name@example.com", "通信地址": "示范市人民路1号"}
    rows = [
        [*row(原编号=channel, 受理渠道=channel), *contact.values(), "意见箱" if channel == "意见簿" else ""]
        for channel in CHANNELS
    ]
    with path.open("w", newline="", encoding="gb18030") as file:
        csv.writer(file).writerows([[*HEADINGS, *contact, "渠道说明"], *rows])
    assert import_complaints([str(path)]) == 0
    assert set(ComplaintRow.objects.values_list("channel", flat=True)) == set(CHANNELS.values())


@pytest.mark.parametrize(
    ("heading", "value"), [("分类", "服务太度"), ("状态", "办结"), ("联系电话", "abc"), ("受理渠道", "")]
)
def test_what_is_not_understood_is_a_reject_and_never_changed_silently(write: Write, heading: str, value: str) -> None:
    path = write(row(**{heading: value}))
    assert import_complaints([str(path)]) == 1
    assert ComplaintRow.objects.count() == 0


def test_a_preview_uses_up_no_number(write: Write) -> None:
    path = write(GOOD)
    import_complaints([str(path), "--preview"])
    import_complaints([str(path)])
    assert ComplaintRow.objects.get().id == next_ids(1)[0] - 1


def test_the_rejects_are_for_whoever_runs_the_import_alone(write: Write) -> None:
    path = write(row(接到时间="x"))
    import_complaints([str(path)])
    assert path.with_name(f"{path.name}.rejects.csv").stat().st_mode & 0o777 == 0o600
