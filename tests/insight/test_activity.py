"""客户去留: files of customer activity, good and bad; what is kept of them; and the measured rates against a slow count."""

import csv
import stat
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
import xlsxwriter
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shouwen.casework.door import handle
from shouwen.casework.models import Complainant, ComplaintRow
from shouwen.casework.rules import standing_policy
from shouwen.casework.vault import Details, Vault
from shouwen.core.loyalty import percent
from shouwen.core.refusal import Refusal
from shouwen.demo import load
from shouwen.insight import loyalty, statistics
from shouwen.insight.activity import COLUMNS
from shouwen.insight.figures import Period
from shouwen.insight.loading_commands import import_activity
from shouwen.insight.models import Activity, LoadedFile
from shouwen.insight.satisfaction import satisfaction
from tests.casework.test_door import person, registration
from tests.desk.bank import AGENT, AUDITOR
from tests.insight import slow

HEADINGS = [column.title.zh for column in COLUMNS]
TODAY = timezone.localdate()
Write = Callable[..., Path]


@pytest.fixture
def bank(staffed: None) -> None:
    """The demo bank's organisation."""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(*rows: dict[str, str], encoding: str = "utf-8", name: str = "activity.csv") -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding=encoding) as file:
            writer = csv.DictWriter(file, HEADINGS, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


def row(**changes: str) -> dict[str, str]:
    """A good row about the customer of `somebody`; keys are the headings."""
    return {"联系电话": "13812345678", "观察日期": str(TODAY), "是否仍为客户": "是", **changes}


def somebody(phone: str = "13812345678") -> int:
    """A complaint of a customer with this phone."""
    actor = person(AGENT)
    return handle(registration(actor), actor=actor, details=Details(name="王小明", phone=phone)).id


def rejects_of(path: Path) -> list[list[str]]:
    with path.with_name(f"{path.name}.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def kept() -> list[tuple[int, bool, Decimal | None]]:
    return list(Activity.objects.order_by("complaint_id").values_list("complaint_id", "stays", "value"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_customer_is_found_by_phone_whatever_the_encoding(bank: None, write: Write, encoding: str) -> None:
    complaint = somebody()
    assert import_activity([str(write(row(**{"客户价值（元）": "¥12,345.60"}), encoding=encoding))]) == 0
    assert kept() == [(complaint, True, Decimal("12345.60"))]


def test_a_customer_is_found_by_the_number_of_a_complaint_before_anything_else(bank: None, write: Write) -> None:
    first, second = somebody(), somebody("13900000009")
    number = ComplaintRow.objects.get(id=second).number.lower()
    import_activity([str(write(row(投诉编号=number)))])
    assert [each[0] for each in kept()] == [second]
    assert first != second


def test_every_complaint_of_the_customer_gets_the_row_and_counts_as_one_customer(bank: None, write: Write) -> None:
    complaints = [somebody(), somebody()]
    import_activity([str(write(row()))])
    assert [each[0] for each in kept()] == complaints
    assert set(Activity.objects.values_list("customer", flat=True)) == {complaints[0]}


def test_the_same_file_twice_changes_nothing(bank: None, write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    somebody()
    path = write(row())
    import_activity([str(path)])
    before = list(Activity.objects.values())
    capsys.readouterr()
    assert import_activity([str(path)]) == 0
    assert "新增 0，变更 0，不变 1" in capsys.readouterr().out
    assert list(Activity.objects.values()) == before
    assert LoadedFile.objects.values_list("new", "changed", "unchanged").get() == (1, 0, 1)


def test_a_later_file_corrects_an_earlier_one(bank: None, write: Write) -> None:
    complaint = somebody()
    import_activity([str(write(row()))])
    import_activity([str(write(row(是否仍为客户="否"), name="corrected.csv"))])
    assert kept() == [(complaint, False, None)]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"联系电话": "13999999999"}, "没有这位客户的投诉"),
        ({"联系电话": ""}, "没有客户标识"),
        ({"是否仍为客户": "也许"}, "请填“是”或“否”"),
        ({"是否仍为客户": ""}, "请填“是”或“否”"),
        ({"观察日期": "去年"}, "无法识别"),
        ({"观察日期": "2999-01-01"}, "晚于今天"),
        ({"观察日期": "1850-01-01"}, "早于 1990 年"),
        ({"客户价值（元）": "=1+1"}, "不是金额"),
        ({"客户价值（元）": "-5"}, "不是金额"),
        ({"客户价值（元）": "NaN"}, "不是金额"),
        ({"客户价值（元）": "1e9"}, "不是金额"),
        ({"客户价值（元）": "12.345"}, "最多两位小数"),
        ({"客户价值（元）": "9" * 39}, "请检查位数"),
        ({"客户价值（元）": "9" * 400}, "不是金额"),
        ({"联系电话": '=HYPERLINK("http://x","y")'}, "没有这位客户的投诉"),
        ({"联系电话": "无"}, "没有这位客户的投诉"),
    ],
)
def test_a_bad_row_is_a_reject_with_its_reason_and_the_good_ones_go_in(
    bank: None, write: Write, changes: dict[str, str], why: str
) -> None:
    complaint = somebody()
    path = write(row(**changes), row())
    assert import_activity([str(path)]) == 1
    assert [each[0] for each in kept()] == [complaint]
    (reject,) = rejects_of(path)
    assert reject[0] == "2"
    assert why in reject[1]
    assert reject[2]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in reject)


def test_a_customer_stands_once_in_a_file_for_each_day(bank: None, write: Write) -> None:
    somebody()
    path = write(row(), row(是否仍为客户="否"), row(观察日期="2026-01-05"))
    assert import_activity([str(path)]) == 1
    (reject,) = rejects_of(path)
    assert "与第 2 行是同一客户、同一天" in reject[1]
    assert Activity.objects.count() == 2


def test_the_rejects_are_for_whoever_runs_the_import_alone(bank: None, write: Write) -> None:
    path = write(row(联系电话="13999999999"))
    import_activity([str(path)])
    rejects = path.with_name(f"{path.name}.rejects.csv")
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600


def test_a_preview_writes_nothing(bank: None, write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    somebody()
    assert import_activity([str(write(row())), "--preview"]) == 0
    assert "仅检查，未写入" in capsys.readouterr().out
    assert (Activity.objects.count(), LoadedFile.objects.count()) == (0, 0)


def test_the_template_and_an_excel_file_go_in(bank: None, tmp_path: Path) -> None:
    complaint = somebody()
    template = tmp_path / "template.xlsx"
    assert import_activity(["--template", str(template)]) == 0
    assert import_activity([str(template)]) == 1  # its examples are nobody's
    book_path = tmp_path / "activity.xlsx"
    with xlsxwriter.Workbook(book_path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["手机号", "日期", "仍为客户", "价值"])
        sheet.write_row(1, 0, [13812345678, str(TODAY), "是", 100.5])
        sheet.write_formula(2, 3, "=1+1")
    assert import_activity([str(book_path)]) == 1
    assert kept() == [(complaint, True, Decimal("100.5"))]


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n\x00\x00", b"PK\x03\x04broken", "姓名,金额\n甲,1\n".encode()]
)
def test_what_is_no_such_file_is_refused_in_a_sentence(bank: None, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(Refusal):
        import_activity([str(path)])
    assert LoadedFile.objects.count() == 0


def test_nothing_of_the_file_that_names_a_customer_is_kept(bank: None, write: Write) -> None:
    somebody()
    import_activity([str(write(row()))])
    with connection.cursor() as cursor:
        for table in ("insight_activity", "insight_loadedfile"):
            cursor.execute(f"SELECT {table}::text FROM {table}")
            assert "13812345678" not in str(cursor.fetchall())


def test_a_customer_of_secret_complaints_alone_is_unknown(bank: None, write: Write) -> None:
    complaint = somebody()
    ComplaintRow.objects.filter(id=complaint).update(secret=True)
    assert import_activity([str(write(row()))]) == 1
    assert kept() == []


def test_erasing_a_complainant_takes_the_activity_along(bank: None, write: Write) -> None:
    gone, stays = somebody(), somebody("13900000009")
    import_activity([str(write(row(), row(联系电话="13900000009")))])
    Complainant.objects.filter(id=gone).update(erased_at=timezone.now())
    assert [each[0] for each in kept()] == [stays]


# --- What is measured ----------------------------------------------------------------------------------------------------


def period() -> Period:
    return Period(TODAY - timedelta(days=360), TODAY)


def phones() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for complaint in slow.complaints():
        phone = Vault.open(complaint.id).details.phone
        if phone and not complaint.secret:
            found.setdefault(phone, []).append(complaint.id)
    return found


def test_the_measured_rates_and_values_agree_with_a_slow_count(begun: None, write: Write) -> None:
    load.load(complaints=90)
    dice, given = Random(7), {}
    for phone in sorted(phones()):
        given[phone] = (dice.random() < 0.6, Decimal(dice.randrange(10**7)) / 100 if dice.random() < 0.7 else None)
    rows = [
        row(联系电话=phone, 是否仍为客户="是" if stays else "否", **{"客户价值（元）": str(value or "")})
        for phone, (stays, value) in given.items()
    ]
    assert import_activity([str(write(*rows))]) == 0
    actor = person(AUDITOR)
    unit = statistics.unit_within(actor, "")
    assert unit is not None
    told = loyalty.loyalty(actor, unit, period(), satisfaction(actor, unit, period()).told)
    expected = _slowly(unit.id, given)
    assert any(stay for stay, *_ in expected.values())
    for line in told.lines:
        measured = line.measured
        found = (measured.stay.part, measured.stay.whole, measured.valued, measured.value)
        assert found == expected.get(line.outcome.code, (0, 0, 0, Decimal(0))), line.outcome.code
        enough = measured.stay.whole >= told.rule.fewest
        assert line.uses_own == enough
        assert line.rate == (Fraction(*found[:2]) if enough else percent(line.outcome.come_back_percent))
        if line.customers is not None:
            assert line.expected is not None
            assert line.expected.go == line.customers * (1 - line.rate)


def _slowly(unit: int, given: dict[str, tuple[bool, Decimal | None]]) -> dict[str, tuple[int, int, int, Decimal]]:
    """For each customer the last ended complaint of the period: of those measured late enough, and of those with a value."""
    counted = {
        each.id: each for each in slow.complaints() if slow.counted(each, unit, period()) and slow.solution(each)
    }
    sums: dict[str, list[Decimal]] = {}
    for phone, ids in phones().items():
        stays, value = given[phone]
        mine = sorted((counted[each] for each in ids if each in counted), key=lambda each: (each.ended_at, each.id))
        for complaint in mine[-1:]:
            if value:
                told = sums.setdefault(_outcome(complaint), [Decimal(0)] * 4)
                told[2] += 1
                told[3] += value
        late = [
            each
            for each in mine
            if each.ended_at is not None and (TODAY - each.ended_at.astimezone(slow.BEIJING).date()).days >= 90
        ]
        for complaint in late[-1:]:
            told = sums.setdefault(_outcome(complaint), [Decimal(0)] * 4)
            told[0] += stays
            told[1] += 1
    return {code: (int(told[0]), int(told[1]), int(told[2]), told[3]) for code, told in sums.items()}


def _outcome(complaint: slow.Complaint) -> str:
    solution = slow.solution(complaint)
    if slow.measures(complaint)["dissatisfied"] or solution not in ("fast_solved", "slow_solved"):
        return "unsolved"
    return "solved_fast" if solution == "fast_solved" else "solved"


def test_what_is_seen_too_soon_after_the_end_is_not_measured(begun: None, write: Write) -> None:
    load.load(complaints=30)
    actor = person(AUDITOR)
    unit = statistics.unit_within(actor, "")
    assert unit is not None
    recent = ComplaintRow.objects.exclude(solution="").filter(secret=False).latest("ended_at")
    assert recent.ended_at is not None
    day = recent.ended_at.astimezone(slow.BEIJING).date()
    _seen(recent.id, day + timedelta(days=89))
    assert _measured(actor, unit, recent) == 0
    _seen(recent.id, day + timedelta(days=90))
    assert _measured(actor, unit, recent) == 1


def _seen(complaint: int, day: date) -> None:
    file, _ = LoadedFile.objects.get_or_create(
        kind="activity",
        digest="x",
        defaults={"loaded_at": timezone.now(), "rows": 1, "new": 1, "changed": 0, "unchanged": 0, "rejected": 0},
    )
    Activity.objects.create(complaint_id=complaint, customer=complaint, day=day, stays=True, file=file)


def _measured(actor: loyalty.Actor, unit: loyalty.Unit, recent: ComplaintRow) -> int:
    told = loyalty.loyalty(actor, unit, Period(recent.received_on, recent.received_on), {})
    return sum(line.measured.stay.whole for line in told.lines)


def test_the_rates_are_two_questions_to_the_database(begun: None, write: Write) -> None:
    load.load(complaints=20)
    actor = person(AUDITOR)
    unit = statistics.unit_within(actor, "")
    assert unit is not None
    loyalty.loyalty(actor, unit, period(), {})
    with CaptureQueriesContext(connection) as asked:
        loyalty.loyalty(actor, unit, period(), {})
    assert len(asked) <= 3


def test_the_customers_of_a_period_are_read_along_an_index(begun: None) -> None:
    load.load(complaints=10)
    actor = person(AUDITOR)
    unit = statistics.unit_within(actor, "")
    assert unit is not None
    week = Period(TODAY - timedelta(days=6), TODAY)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for sql, asked in (
            (loyalty.MEASURED_SQL, loyalty.asked_of(actor, unit, week, standing_policy().loyalty_rule)),
            (loyalty.VALUE_SQL, loyalty.asked_of(actor, unit, week)),
        ):
            cursor.execute(f"EXPLAIN {sql}", asked)
            plan = "\n".join(told[0] for told in cursor.fetchall())
            assert "Seq Scan" not in plan


def test_a_person_reads_no_rate_of_complaints_about_that_person(begun: None) -> None:
    load.load(complaints=30)
    actor = person(AUDITOR)
    unit = statistics.unit_within(actor, "")
    assert unit is not None
    row = ComplaintRow.objects.exclude(solution="").filter(secret=False).latest("ended_at")
    _seen(row.id, TODAY + timedelta(days=400))
    assert _measured(actor, unit, row) == 1
    ComplaintRow.objects.filter(id=row.id).update(employee_about=actor.id)
    assert _measured(actor, unit, row) == 0
    ComplaintRow.objects.filter(id=row.id).update(employee_about=None, secret=True)
    assert _measured(actor, unit, row) == 0
