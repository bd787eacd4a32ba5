"""访问令牌 page: the secret is shown once, the administrator alone makes and ends tokens, every word is there in Chinese."""

import re
from pathlib import Path

import polib
import pytest
from django.test import Client
from django.urls import reverse

import shouwen.api
from shouwen.api.models import ApiToken
from shouwen.organisation.models import Holding, Staff, Unit
from tests.api.conftest import HEAD_OFFICE, HOTLINE

URL = reverse("tokens:overview")
API = Path(shouwen.api.__file__).parent
BACKEND = "shouwen.site.accounts.Backend"


@pytest.fixture
def administrator(bank: None) -> Client:
    unit = Unit.objects.get(code=HEAD_OFFICE)
    staff = Staff.objects.create(employee_no="000001", name="系统管理员", unit=unit)
    Holding.objects.create(staff=staff, duty="administrator", unit=unit, from_date="2020-01-01")
    client = Client()
    client.force_login(staff, backend=BACKEND)
    return client


def form(**changes: object) -> dict[str, object]:
    return {"name": "呼叫中心", "unit": f"{HOTLINE} 机构", "scopes": ["policy:read"], "days": "30", **changes}


def test_a_token_is_made_shown_once_and_opens_what_was_ticked(administrator: Client) -> None:
    page = administrator.post(URL, form()).content.decode()
    found = re.search(r"shouwen_[\w-]+", page)
    assert found
    assert found.group() not in administrator.get(URL).content.decode()
    headers = {"Authorization": f"Bearer {found.group()}"}
    assert Client().get("/api/v1/policy", headers=headers).status_code == 200
    assert Client().get("/api/v1/complaints/TS2026-00000001", headers=headers).status_code == 403


def test_revoked_on_the_page_it_opens_nothing(administrator: Client) -> None:
    page = administrator.post(URL, form()).content.decode()
    secret = re.findall(r"shouwen_[\w-]+", page)[0]
    administrator.post(reverse("tokens:revoke", args=[ApiToken.objects.get().id]))
    assert Client().get("/api/v1/policy", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [{"name": ""}, {"unit": "nowhere"}, {"scopes": ["everything"]}, {"scopes": []}, {"days": "0"}],
)
def test_bad_input_gets_a_sentence_and_makes_no_token(administrator: Client, changes: dict[str, object]) -> None:
    answer = administrator.post(URL, form(**changes))
    assert answer.status_code == 422
    assert "data-error-summary" in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_the_description_page_is_for_staff_and_loads_nothing_from_outside(administrator: Client) -> None:
    assert Client().get("/api/v1/docs").status_code == 302
    page = administrator.get("/api/v1/docs").content.decode()
    assert "swagger-ui-bundle.js" in page
    assert not re.findall(r'(?:src|href)="(?!/static/)', page)


def test_every_word_of_the_page_has_its_chinese() -> None:
    po = API.parent / "desk" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    said = {entry.msgid for entry in polib.pofile(str(po)) if entry.msgstr}
    wanted: set[str] = set()
    for template in API.rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        wanted |= {two or one for one, two in re.findall(r"""{% translate (?:'([^']+)'|"([^"]+)")""", text)}
    code = (API / "pages.py").read_text(encoding="utf-8")
    wanted |= set(re.findall(r'\b(?:gettext_lazy|_)\(\s*"((?:[^"\\]|\\.)*)"\s*\)', code))
    assert wanted
    assert wanted - said == set()
