"""A bank of four units without complaints, and callers with tokens of their own."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from shouwen.api import tokens
from shouwen.api.tokens import Scope
from shouwen.organisation import directory as organisation
from shouwen.organisation.models import Staff, Unit

HOTLINE, BRANCH, OTHER_BRANCH = "100001", "111101", "111102"
HEAD_OFFICE = "100000"


class Caller:
    """A system with a token."""

    def __init__(self, unit: str, scopes: tuple[str, ...]) -> None:
        now = timezone.now()
        self.token, self.secret = tokens.make_token(
            name="呼叫中心",
            unit_id=Unit.objects.get(code=unit).id,
            scopes=scopes,
            expires_at=now + timedelta(days=30),
            now=now,
        )
        self.client = Client()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers={**self.headers, **headers})

    def post(self, path: str, body: Any, key: str | None = None) -> Any:
        headers = {**self.headers, "Idempotency-Key": key or str(uuid4())}
        return self.client.post(f"/api/v1{path}", body, content_type="application/json", headers=headers)

    def send_file(self, number: str, file: Any, key: str | None = None) -> Any:
        headers = {**self.headers, "Idempotency-Key": key or str(uuid4())}
        return self.client.post(f"/api/v1/complaints/{number}/files", {"file": file}, headers=headers)


Calling = Callable[..., Caller]


def make_bank() -> None:
    """A head office with its hotline and two outlets; its leader answers for what nobody else does."""
    head = Unit.objects.create(
        code=HEAD_OFFICE, name="总行", kind="head_office", path="0001", opened_on=date(2020, 1, 1)
    )
    for place, (code, kind) in enumerate(((HOTLINE, "hotline"), (BRANCH, "outlet"), (OTHER_BRANCH, "outlet")), start=1):
        Unit.objects.create(
            code=code, name=f"机构{code}", kind=kind, parent=head, path=f"0001{place:04d}", opened_on=date(2020, 1, 1)
        )
    head.leader = Staff.objects.create(employee_no="000002", name="孟庆国", unit=head)
    head.save()
    organisation.forget()


@pytest.fixture
def bank(begun: None) -> None:
    make_bank()


@pytest.fixture
def calling(bank: None) -> Calling:
    """`calling("100001", "policy:read")` is a system that speaks for that unit; without scopes, with all."""

    def calling(unit: str = HOTLINE, *scopes: str) -> Caller:
        return Caller(unit, scopes or tuple(Scope))

    return calling


@pytest.fixture
def hotline(calling: Calling) -> Caller:
    return calling()


def complaint(**changes: Any) -> dict[str, Any]:
    """A complaint as a call centre sends it."""
    return {
        "channel": "hotline",
        "facts": {"call_id": "C-7788"},
        "received_at": f"{timezone.now() - timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}",
        "contact": {"name": "王小明", "phone": "13812345678"},
        "subject": "柜台排队",
        "statement": "排队两小时无人疏导，请打13812345678。",
        "class": "attitude",
        "unit_about": BRANCH,
        **changes,
    }
