"""接口第一版: /api/v1, its OpenAPI description at /api/v1/openapi.json and a page to read it at /api/v1/docs."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.openapi.schema import OpenAPISchema

from shouwen import __version__
from shouwen.api import complaints, reference, statistics
from shouwen.api.guard import StrictParser
from shouwen.api.problems import MEDIA_TYPE, NOT_FOUND, Problem, handle_with, wrong_method

DESCRIPTION = """首问投诉管理接口。Interface of Shouwen, for systems of the bank such as the call centre.

- `Authorization: Bearer <令牌 token>`; 权限 scopes `complaints:write`, `complaints:read`, `policy:read`, `statistics:read`.
- 写操作须带 `Idempotency-Key`，重发不会重复登记。Writing needs `Idempotency-Key`; sending again does nothing twice.
- 错误为 `application/problem+json`（RFC 9457），含中英文说明。Errors are problem details in Chinese and English.
- 时间为 RFC 3339，须带时区。Times are RFC 3339 with an offset. 个人信息只进不出。Personal data go in and never come out.
"""
DOCS = "openapi-view"


class Interface(NinjaAPI):
    """NinjaAPI, with problem details described as what they are. The description takes most of a second to make: made once."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        return self._described(self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)

    @lru_cache(maxsize=4)  # noqa: B019 - there is one interface, as long as the process
    def _described(self, path_prefix: str) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400:
                        answer["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
                    if int(status) == 429:
                        answer["headers"] = {"Retry-After": {"schema": {"type": "string"}, "required": True}}
        return schema


api = Interface(
    title="首问 Shouwen",
    version=__version__,
    description=DESCRIPTION,
    urls_namespace="api",
    parser=StrictParser(),
)
handle_with(api)
rest = Router()


@rest.api_operation(
    ["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:path}", include_in_schema=False, url_name="elsewhere", auth=None
)
def elsewhere(request: HttpRequest, path: str) -> Any:
    """Every other address below /api/v1/."""
    raise Problem(404, "not-found", NOT_FOUND)


for router in (complaints.router, reference.router, statistics.router, rest):
    api.add_router("", router)


def _by_token(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that asks for a token itself, not for a session, and says in problem details which methods it takes."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Http404 as missing:  # ninja's own root, which is there for its address only
            return api.on_exception(request, missing)
        if response.status_code == 405:
            return wrong_method(request, sorted(response["Allow"].split(", ")))
        return response

    asked.csrf_exempt = True  # type: ignore[attr-defined]
    return login_not_required(asked)


def _opened(urls: tuple[list[Any], str, str]) -> tuple[list[Any], str, str]:
    patterns, app_name, namespace = urls
    for pattern in patterns:
        if pattern.name != DOCS:
            pattern.callback = _by_token(pattern.callback)
    return patterns, app_name, namespace


urls = _opened(api.urls)
