"""门卫: who asks, whether the token opens this, how often, and whether what comes is what the operation takes."""

import json
from datetime import timedelta
from typing import Any

import msgspec
from axes.helpers import get_client_ip_address
from django.http import HttpRequest
from django.utils import timezone
from ninja.parser import Parser
from ninja.security.base import AuthBase

from shouwen.api import tokens
from shouwen.api.models import ApiToken
from shouwen.api.problems import TOO_LARGE, Problem
from shouwen.api.tokens import Scope
from shouwen.casework import attempts
from shouwen.casework.files import MOST_BYTES
from shouwen.core.text import Text

MINUTE = timedelta(minutes=1)
WRONG_PER_MINUTE = 30
"""Wrong tokens from one address, before it has to wait."""
BULK_WEIGHT = 10
"""A bulk request does the work of many: a token may send a tenth as many of them."""
PAGED = frozenset({"after"})
JSON = "application/json"
MULTIPART = "multipart/form-data"
LARGEST = {JSON: 2 * 1024 * 1024, MULTIPART: MOST_BYTES + 64 * 1024}
"""Bytes of a request; of a file, the file and what surrounds it."""


class ApiRequest(HttpRequest):
    """A request that has passed the guard."""

    auth: ApiToken


class BearerToken(AuthBase):
    """令牌: `Authorization: Bearer …`, asked for one scope. `takes` is the kind of content of the operation, where it has any; `asks`
    what its address may ask."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, scope: Scope, takes: str = "", weight: int = 1, asks: frozenset[str] = PAGED) -> None:
        super().__init__()
        self.asks = asks
        self.scope = scope
        self.takes = takes
        self.weight = weight

    def __call__(self, request: HttpRequest) -> ApiToken:
        token = self._token(request)
        self._require_patience(token)
        if self.scope not in token.scopes:
            raise Problem(
                403,
                "scope",
                Text(
                    f"令牌没有“{self.scope}”权限，请系统管理员另建令牌。",
                    f"The token lacks the scope “{self.scope}”. Ask the administrator for another token.",
                ),
            )
        _require_known_query(request, self.asks)
        if self.takes:
            _require_content(request, self.takes)
        tokens.note_use(token, timezone.now())
        return token

    def _token(self, request: HttpRequest) -> ApiToken:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise _unauthorised(
                "token-missing",
                Text(
                    "请在 Authorization 头中给出令牌：Bearer <令牌>。", "Send the token: Authorization: Bearer <token>."
                ),
            )
        token = tokens.token_of(secret.strip(), timezone.now())
        if token is not None:
            return token
        address = get_client_ip_address(request)
        if not attempts.allowed("api-wrong-token", address, most=WRONG_PER_MINUTE, per=MINUTE, now=timezone.now()):
            raise _too_many()
        raise _unauthorised(
            "token-invalid",
            Text(
                "令牌无效、已过期或已停用，请系统管理员新建令牌。",
                "The token is wrong, has expired or was revoked. Ask the administrator for a new one.",
            ),
        )

    def _require_patience(self, token: ApiToken) -> None:
        what = "api-token" if self.weight == 1 else "api-token-bulk"
        most = max(1, token.most_per_minute // self.weight)
        if not attempts.allowed(what, str(token.id), most=most, per=MINUTE, now=timezone.now()):
            raise _too_many()


def _unauthorised(rule: str, message: Text) -> Problem:
    return Problem(401, rule, message, headers={"WWW-Authenticate": 'Bearer realm="shouwen"'})


def _too_many() -> Problem:
    seconds = int(MINUTE.total_seconds())
    return Problem(
        429,
        "too-many-requests",
        Text(
            f"请求过于频繁，请{seconds}秒后再试。",
            f"Too many requests. Try again in {seconds} seconds.",
        ),
        headers={"Retry-After": str(seconds)},
    )


def _require_known_query(request: HttpRequest, asks: frozenset[str]) -> None:
    unknown = sorted(set(request.GET) - asks)
    if unknown:
        raise Problem(
            422,
            "query-unknown",
            Text("地址中有不支持的参数，请删除。", "The address has a parameter that is not supported. Remove it."),
        )


def _require_content(request: HttpRequest, takes: str) -> None:
    if request.content_type != takes:
        raise Problem(
            415,
            "content-type",
            Text(f"请以 Content-Type: {takes} 发送。", f"Send it with Content-Type: {takes}."),
        )
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > LARGEST[takes]:
        raise Problem(413, "too-large", TOO_LARGE)


class StrictParser(Parser):
    """JSON as the standard has it: UTF-8, no NaN, no half character, no field twice."""

    def parse_body(self, request: HttpRequest) -> Any:
        msgspec.json.decode(request.body)
        return json.loads(request.body, object_pairs_hook=_each_once)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field comes twice")
    return found
