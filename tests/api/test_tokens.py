"""访问令牌: what each opens, until when, how often, and that its secret is kept nowhere."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.utils import timezone

from shouwen.api import commands, tokens
from shouwen.api.guard import WRONG_PER_MINUTE
from shouwen.api.models import ApiToken
from shouwen.api.tokens import Scope
from shouwen.core.refusal import Refusal
from tests.api.conftest import HOTLINE, Caller, Calling, complaint

NUMBER = "TS2026-99999999"
OPERATIONS = [
    ("POST", "/complaints", Scope.COMPLAINTS_WRITE),
    ("POST", "/complaints/bulk", Scope.COMPLAINTS_WRITE),
    ("POST", f"/complaints/{NUMBER}/statements", Scope.COMPLAINTS_WRITE),
    ("POST", f"/complaints/{NUMBER}/files", Scope.COMPLAINTS_WRITE),
    ("GET", f"/complaints/{NUMBER}", Scope.COMPLAINTS_READ),
    ("GET", "/policy", Scope.POLICY_READ),
    ("GET", "/units", Scope.POLICY_READ),
]


def ask(caller: Caller, method: str, path: str) -> Any:
    return caller.get(path) if method == "GET" else caller.post(path, {})


@pytest.mark.parametrize("scope", list(Scope))
def test_a_token_opens_the_operations_of_its_scope_and_no_others(calling: Calling, scope: Scope) -> None:
    caller = calling(HOTLINE, scope)
    for method, path, needed in OPERATIONS:
        answer = ask(caller, method, path)
        assert (answer.status_code == 403) is (needed is not scope), (method, path)
        assert answer.status_code != 401


def test_no_token_and_a_wrong_one_open_nothing(hotline: Caller) -> None:
    for header in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": f"Basic {hotline.secret}"}):
        answer = Client().get("/api/v1/policy", headers=header)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer["Content-Type"] == "application/problem+json"


def test_a_session_of_staff_opens_nothing_and_needs_no_token_of_a_form(bank: None, calling: Calling) -> None:
    browser = Client(enforce_csrf_checks=True)
    staff = get_user_model().objects.get(employee_no="000002")
    browser.force_login(staff, backend="shouwen.site.accounts.Backend")
    assert browser.get("/api/v1/policy").status_code == 401
    caller = calling()
    caller.client = browser
    assert caller.post("/complaints", complaint()).status_code == 201


@pytest.mark.parametrize("change", [{"expires_at": timezone.now()}, {"revoked_at": timezone.now()}])
def test_an_expired_and_a_revoked_token_are_wrong_tokens(hotline: Caller, change: dict[str, Any]) -> None:
    assert hotline.get("/policy").status_code == 200
    ApiToken.objects.filter(id=hotline.token.id).update(**change)
    answer = hotline.get("/policy")
    assert (answer.status_code, answer.json()["rule"]) == (401, "token-invalid")


def test_the_secret_is_nowhere_in_the_database(hotline: Caller) -> None:
    hotline.get("/policy")
    with connection.cursor() as cursor:
        for table in ("api_apitoken", "api_apitokenevent", "casework_attempts"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            assert not any(hotline.secret in row[0] for row in cursor.fetchall())


def test_a_token_asked_too_often_waits(hotline: Caller) -> None:
    ApiToken.objects.filter(id=hotline.token.id).update(most_per_minute=3)
    answers = [hotline.get("/policy") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert answers[-1].json()["message"]["en"]


def test_who_tries_many_tokens_waits(bank: None) -> None:
    answers = [
        Client().get("/api/v1/policy", headers={"Authorization": f"Bearer guess{number}"}).status_code
        for number in range(WRONG_PER_MINUTE + 1)
    ]
    assert answers == [401] * WRONG_PER_MINUTE + [429]


def test_the_last_use_is_kept_to_the_hour(hotline: Caller) -> None:
    hotline.get("/policy")
    used = ApiToken.objects.get().last_used_at
    assert used is not None
    assert (used.minute, used.second) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"name": " "}, "token-name"),
        ({"scopes": []}, "token-scopes"),
        ({"scopes": ["everything"]}, "token-scopes"),
        ({"unit_id": 999_999}, "unit-unknown"),
        ({"days": 0}, "token-life"),
        ({"days": 367}, "token-life"),
    ],
)
def test_a_token_without_name_scope_unit_or_end_is_not_made(bank: None, changes: dict[str, Any], rule: str) -> None:
    from shouwen.organisation.models import Unit

    now = timezone.now()
    wanted = {"name": "系统", "scopes": ["policy:read"], "unit_id": Unit.objects.get(code=HOTLINE).id, **changes}
    days = wanted.pop("days", 30)
    with pytest.raises(Refusal) as refused:
        tokens.make_token(**wanted, expires_at=now + timedelta(days=days), now=now)
    assert refused.value.rule == rule


def test_the_operator_makes_lists_and_revokes(bank: None, capsys: pytest.CaptureFixture[str]) -> None:
    make = ["create", "--name", "呼叫中心", "--unit", HOTLINE, "--scope", "policy:read", "--days", "10"]
    assert commands.main(make) == 0
    secret = capsys.readouterr().out.splitlines()[0]
    ask_policy = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/policy", headers=ask_policy).status_code == 200
    token = ApiToken.objects.get()
    commands.main(["list"])
    listed = capsys.readouterr().out
    assert "呼叫中心" in listed
    assert secret not in listed
    commands.main(["revoke", str(token.id)])
    assert Client().get("/api/v1/policy", headers=ask_policy).status_code == 401
    with pytest.raises(Refusal):
        commands.main(["revoke", "0"])
