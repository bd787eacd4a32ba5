"""接口说明: the whole interface keeps what its OpenAPI description says, whatever is sent to it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from shouwen.api import guard
from shouwen.api.models import ApiToken
from shouwen.api.v1 import api
from shouwen.site.wsgi import application
from tests.api.conftest import Caller, complaint

ALWAYS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    missing_required_header,
    unsupported_method,
    ignored_auth,
]
EXAMPLES = 20
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
BULK = "/api/v1/complaints/bulk"


@pytest.fixture
def caller(hotline: Caller, monkeypatch: pytest.MonkeyPatch) -> Caller:
    ApiToken.objects.update(most_per_minute=1_000_000)
    monkeypatch.setattr(guard, "WRONG_PER_MINUTE", 1_000_000)
    return hotline


@pytest.fixture
def number(caller: Caller) -> Iterator[str]:
    """A complaint that is there. In the test's own transaction a request must not close its connection."""
    number = str(caller.post("/complaints", complaint()).json()["number"])
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield number
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_the_description_is_of_openapi_3_1_and_names_every_operation() -> None:
    described = Client().get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert {f"{method} {path}" for path, methods in described["paths"].items() for method in methods} == {
        "post /api/v1/complaints",
        "post /api/v1/complaints/bulk",
        "get /api/v1/complaints/{number}",
        "post /api/v1/complaints/{number}/statements",
        "post /api/v1/complaints/{number}/files",
        "get /api/v1/policy",
        "get /api/v1/units",
        "get /api/v1/statistics",
    }
    assert api.urls_namespace == "api"


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_answer_is_undocumented_and_none_is_an_error_of_ours(case: Any, caller: Caller, number: str) -> None:
    """With a complaint that is there, so that not every address leads to nothing."""
    if "number" in (case.path_parameters or {}) and len(case.path_parameters["number"]) % 2:
        case.path_parameters["number"] = number
    # Each item of a bulk request is refused by itself, under 207.
    checks = ALWAYS if case.path == BULK else [*ALWAYS, negative_data_rejection]
    case.call_and_validate(headers=caller.headers, checks=checks)


def test_registering_succeeds_as_documented(caller: Caller, number: str) -> None:
    operation = schema["/api/v1/complaints"]["POST"]
    statuses: Counter[int] = Counter()
    for key in ("key-number-1", "key-number-1", "key-number-2"):
        case = operation.Case(
            headers={"Idempotency-Key": key, **caller.headers},
            body=complaint(received_at="2026-03-04T02:30:00Z"),
            media_type="application/json",
        )
        response = case.call()
        case.validate_response(response, checks=ALWAYS[:5])
        statuses[response.status_code] += 1
    assert statuses == {201: 2, 200: 1}
