"""The organisation room: who may change what, what a refused form keeps, the import from file to rows, the calendar."""

import io
import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import load_workbook

from shouwen.core.duties import Duty
from shouwen.organisation import calendar, directory, staffing
from shouwen.organisation.models import CalendarDay, Contact, Staff, Unit, Upload
from tests.organisation.small_bank import TODAY, Bank

BACKEND = "shouwen.site.accounts.Backend"
UNITS = "机构号,机构名称,类型,上级机构号\n"


@pytest.fixture
def bank(db: None) -> Bank:
    bank = Bank()
    staffing.give_duty(bank.wang.id, Duty.CLERK, bank.sub.id, date(2020, 1, 1), None, TODAY)
    directory.forget()
    calendar.forget()
    return bank


def signed_in(staff: Staff) -> Client:
    client = Client()
    client.force_login(staff, backend=BACKEND)
    return client


@pytest.fixture
def admin(bank: Bank) -> Client:
    return signed_in(bank.admin)


@pytest.fixture
def clerk(bank: Bank) -> Client:
    return signed_in(bank.wang)


def uploaded(client: Client, text: str, encoding: str = "utf-8") -> str:
    """The address of the preview."""
    file = SimpleUploadedFile("机构.csv", text.encode(encoding))
    answer = client.post(reverse("desk:organisation_import"), {"file": file})
    assert answer.status_code == 302
    return answer["Location"]


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    return found[1]


def test_a_clerk_looks_at_the_tree_and_a_unit_but_finds_no_way_to_change_them(bank: Bank, clerk: Client) -> None:
    page = clerk.get(reverse("desk:unit", args=["21"])).content.decode()
    assert "城东支行" in page
    assert reverse("desk:unit_edit", args=["21"]) not in page


@pytest.mark.parametrize("page", ["desk:unit_edit", "desk:unit_move", "desk:unit_close", "desk:unit_people"])
def test_a_clerk_who_posts_a_change_of_a_unit_is_turned_away(bank: Bank, clerk: Client, page: str) -> None:
    assert clerk.post(reverse(page, args=["21"]), {"name": "x"}).status_code == 403


def test_a_search_finds_units_and_people_without_a_name_in_the_address(clerk: Client) -> None:
    page = clerk.post(reverse("desk:organisation"), {"q": "王强"}).content.decode()
    assert "101" in page


def test_a_refused_form_says_why_at_its_field_and_keeps_what_was_typed(admin: Client) -> None:
    typed = {"code": "31", "name": "城西分理处", "kind": "outlet", "parent": "11", "address": "解放路 1 号"}
    answer = admin.post(reverse("desk:unit_new"), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "部门之下不设机构" in page
    assert "解放路 1 号" in page


def test_a_unit_is_created_and_moved_on_screen(bank: Bank, admin: Client) -> None:
    admin.post(reverse("desk:unit_new"), {"code": "3", "name": "云岭分行", "kind": "tier1_branch", "parent": "总行"})
    admin.post(reverse("desk:unit_move", args=["21"]), {"parent": "3"})
    assert Unit.objects.get(code="211").path.startswith(Unit.objects.get(code="3").path)
    assert "上级：江东分行 → 云岭分行" in admin.get(reverse("desk:unit", args=["21"])).content.decode()


def test_leader_and_contacts_are_set_together_or_not_at_all(bank: Bank, admin: Client) -> None:
    address = reverse("desk:unit_people", args=["21"])
    assert admin.post(address, {"leader": "102", "first": "101", "second": "101"}).status_code == 422
    assert Unit.objects.get(code="21").leader is None
    admin.post(address, {"leader": "102", "first": "101", "second": "李敏"})
    assert list(Contact.objects.order_by("rank").values_list("staff__name", flat=True)) == ["王强", "李敏"]


def test_a_new_person_sets_a_password_with_a_code_shown_once(bank: Bank, admin: Client) -> None:
    admin.post(reverse("desk:staff_new"), {"employee_no": "301", "name": "赵雷", "unit": "21"})
    person = Staff.objects.get(employee_no="301")
    assert not person.has_usable_password()
    shown = admin.post(reverse("desk:password_code", args=[person.id]))
    assert "no-store" in shown["Cache-Control"]
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", shown.content.decode())
    assert code
    given = {"employee_no": "301", "code": code[0], "password": "江枫渔火-对愁眠-77", "again": "江枫渔火-对愁眠-77"}
    assert Client().post(reverse("desk:set_password"), given)["Location"] == reverse("account_login")
    person.refresh_from_db()
    assert person.check_password("江枫渔火-对愁眠-77")


def test_a_weak_password_leaves_the_code_good(bank: Bank, admin: Client) -> None:
    shown = admin.post(reverse("desk:password_code", args=[bank.li.id])).content.decode()
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", shown)
    assert code
    given = {"employee_no": "102", "code": code[0], "password": "1234567890", "again": "1234567890"}
    assert Client().post(reverse("desk:set_password"), given).status_code == 422
    given |= {"password": "江枫渔火-对愁眠-77", "again": "江枫渔火-对愁眠-77"}
    assert Client().post(reverse("desk:set_password"), given).status_code == 302


def test_an_absence_shows_on_the_unit_and_on_whom_work_goes_to(bank: Bank, admin: Client) -> None:
    staffing.set_contacts(bank.sub.id, bank.wang.id, bank.li.id, TODAY)
    admin.post(reverse("desk:absence", args=[bank.wang.id]), {"from_date": "2020-01-01", "to_date": "2190-01-01"})
    page = admin.get(reverse("desk:unit", args=["21"])).content.decode()
    assert "不在岗至" in page
    assert page.index("现在接单") > page.index("李敏")


def test_nothing_is_written_before_the_preview_is_confirmed(bank: Bank, admin: Client) -> None:
    preview = uploaded(admin, UNITS + "22,城西支行,支行,2\n23,城北支行,支行,99\n", "gb18030")
    page = admin.get(preview).content.decode()
    assert "没有机构号为“99”的机构" in page
    assert not Unit.objects.filter(code="22").exists()
    admin.post(preview, {"seen": seen(page)})
    assert Unit.objects.filter(code="22").exists()
    assert not Upload.objects.exists()


def test_a_preview_that_is_out_of_date_is_shown_anew_instead_of_written(bank: Bank, admin: Client) -> None:
    preview = uploaded(admin, UNITS + "22,城西支行,支行,2\n")
    looked_at = seen(admin.get(preview).content.decode())
    Unit.objects.filter(code="2").update(closed_on=TODAY)
    answer = admin.post(preview, {"seen": looked_at}, follow=True)
    assert "请看过新的预览再确认" in answer.content.decode()
    assert not Unit.objects.filter(code="22").exists()


def test_an_upload_is_seen_by_nobody_else(bank: Bank, admin: Client) -> None:
    staffing.give_duty(bank.li.id, Duty.ADMINISTRATOR, bank.head.id, date(2020, 1, 1), None, TODAY)
    directory.forget()
    assert signed_in(bank.li).get(uploaded(admin, UNITS + "22,城西支行,支行,2\n")).status_code == 404


def test_bad_rows_come_back_as_a_workbook_with_reasons(admin: Client) -> None:
    preview = uploaded(admin, UNITS + "23,城北支行,支行,99\n")
    answer = admin.get(f"{preview}rejects.xlsx")
    row = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0).to_python()[1]
    assert row[-1].startswith("没有机构号为“99”的机构")


def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(admin: Client) -> None:
    answer = admin.post(reverse("desk:organisation_import"), {"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04 no")})
    assert answer.status_code == 422
    assert "不是完好的 Excel 文件" in answer.content.decode()


def test_a_year_not_announced_says_that_it_is_provisional(clerk: Client) -> None:
    assert "暂定" in clerk.get(reverse("desk:calendar"), {"year": "2040"}).content.decode()


@pytest.mark.parametrize("year", ["0", "99999", "abcd", "１９９９", ""])
def test_a_year_that_makes_no_sense_shows_a_year_that_does(clerk: Client, year: str) -> None:
    assert clerk.get(reverse("desk:calendar"), {"year": year}).status_code == 200


def test_the_bank_works_on_a_day_off_by_its_own_exception_and_takes_it_back(admin: Client) -> None:
    calendar.forget()
    saturday = date(2026, 11, 28)
    address = reverse("desk:calendar_exception")
    admin.post(address, {"date": saturday, "working": "work", "name": "系统切换"})
    assert calendar.working_calendar().is_working(saturday)
    admin.post(address, {"remove": saturday.isoformat()})
    assert not calendar.working_calendar().is_working(saturday)
    assert CalendarDay.objects.get(date=saturday).source != calendar.BANK


def test_an_exception_that_changes_nothing_is_refused(admin: Client) -> None:
    given = {"date": "2026-11-28", "working": "off", "name": "周六"}
    answer = admin.post(reverse("desk:calendar_exception"), given)
    assert answer.status_code == 422
    assert "本来就休息" in answer.content.decode()
