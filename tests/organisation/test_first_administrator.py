"""A new bank has nobody who could give out the first password: the command line does."""

import re
from pathlib import Path

import pytest
from django.utils import timezone

from shouwen.core.refusal import Refusal
from shouwen.organisation import passwords
from shouwen.organisation.commands import import_organisation, password_code
from shouwen.organisation.models import Staff

BANK = "机构号,机构名称,类型,上级机构号\n1,城关农村商业银行,总行,\n"
ADMINISTRATOR = "工号,姓名,所在机构号,岗位\n0001,王敏,1,系统管理员\n"


@pytest.mark.django_db
def test_a_bank_of_one_unit_begins_with_two_files_and_a_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (("units.csv", BANK), ("staff.csv", ADMINISTRATOR)):
        (tmp_path / name).write_text(text)
        assert import_organisation([str(tmp_path / name)]) == 0
    assert password_code(["0001"]) == 0
    printed = re.search(r"密码设置码：([A-Z0-9-]+)", capsys.readouterr().out)
    assert printed
    staff = passwords.set_password("0001", printed[1], "a-long-first-word", timezone.now())
    assert staff.check_password("a-long-first-word")
    assert [holding.duty for holding in Staff.objects.get().holdings.all()] == ["administrator"]


@pytest.mark.django_db
def test_a_number_that_nobody_has_gets_no_code() -> None:
    with pytest.raises(Refusal, match="Nobody in service has the number 7"):
        password_code(["7"])
