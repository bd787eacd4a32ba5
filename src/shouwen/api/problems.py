"""问题说明: what goes wrong, as RFC 9457 problem details, in words for the person who has to put it right.

`title` and `detail` are in the language that the caller asks for (Accept-Language; Chinese by default), `message` has both.
"""

from http import HTTPStatus
from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import get_language
from ninja.errors import HttpError, ValidationError

from shouwen.casework.door import KeyUsedOtherwise
from shouwen.core.refusal import Refusal, RefusedForNow
from shouwen.core.text import Text

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: Text("请求无法读取", "The request cannot be read"),
    401: Text("需要有效的令牌", "A valid token is needed"),
    403: Text("令牌没有这项权限", "The token does not have this scope"),
    404: Text("没有找到", "Not found"),
    405: Text("不支持这种方法", "Method not allowed"),
    409: Text("与现有内容冲突", "In conflict with what is there"),
    413: Text("内容过大", "Too large"),
    415: Text("内容类型不对", "Wrong kind of content"),
    422: Text("内容不能接受", "The content cannot be accepted"),
    429: Text("请求过于频繁", "Too many requests"),
    503: Text("暂时不能处理", "Not possible at present"),
}
STATUS_OF_RULE = {
    "not-your-duty": 403,
    "complaint-unknown": 404,
    "wrong-stage": 409,
    "document-known": 409,
    "file-attached-already": 409,
    "file-too-large": 413,
}
MISTAKES = {
    "missing": Text("请填写此项。", "This is required."),
    "extra_forbidden": Text("没有这一项，请删除。", "There is no such field. Remove it."),
    "string_too_long": Text("内容过长，请缩短。", "This is too long. Shorten it."),
    "string_too_short": Text("内容过短。", "This is too short."),
    "string_type": Text("应为文字。", "This must be text."),
    "bool_type": Text("应为 true 或 false。", "This must be true or false."),
    "string_pattern_mismatch": Text("格式不对。", "The form of this is wrong."),
    "too_long": Text("项数过多。", "There are too many items."),
    "too_short": Text("至少需要一项。", "At least one item is needed."),
}


class FieldError(msgspec.Struct, frozen=True):
    """字段错误: `field` is the path in what was sent, such as `contact.phone`."""

    field: str
    rule: str
    message: Text


class Problem(Exception):
    """问题: an answer that is no success. `rule` is a stable word for programs."""

    def __init__(
        self,
        status: int,
        rule: str,
        message: Text,
        *,
        errors: tuple[FieldError, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(rule)
        self.status = status
        self.rule = rule
        self.message = message
        self.errors = errors
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        language = get_language() or "zh-hans"
        title = TITLES.get(self.status) or Text(HTTPStatus(self.status).phrase)
        return {
            "type": f"urn:shouwen:rule:{self.rule}",
            "title": title.into(language),
            "status": self.status,
            "detail": self.message.into(language),
            "rule": self.rule,
            "message": {"zh": self.message.zh, "en": self.message.en},
            "errors": [
                {
                    "field": error.field,
                    "rule": error.rule,
                    "detail": error.message.into(language),
                    "message": {"zh": error.message.zh, "en": error.message.en},
                }
                for error in self.errors
            ],
        }


def answer(problem: Problem) -> HttpResponse:
    """The problem as an answer."""
    return HttpResponse(
        msgspec.json.encode(problem.body()), status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers
    )


def of_refusal(refusal: Refusal, fields: dict[str, str] | None = None) -> Problem:
    """What the rules refuse; `fields` says what the caller calls a field of the command."""
    if isinstance(refusal, KeyUsedOtherwise):
        return Problem(
            409,
            refusal.rule,
            Text(
                "这个 Idempotency-Key 已用于内容不同的请求，这次未作更改。请为新的内容使用新的键。",
                "This Idempotency-Key came before with other content; nothing was changed. Use a new key for new content.",
            ),
        )
    errors: tuple[FieldError, ...] = ()
    if refusal.field:
        field = (fields or {}).get(refusal.field, refusal.field)
        errors = (FieldError(field, refusal.rule, refusal.message),)
    status = 503 if isinstance(refusal, RefusedForNow) else STATUS_OF_RULE.get(refusal.rule, 422)
    return Problem(status, refusal.rule, refusal.message, errors=errors)


def of_mistakes(mistakes: list[dict[str, Any]]) -> Problem:
    """What does not have the documented form. The values themselves are not repeated: they may be personal."""
    errors = tuple(
        FieldError(_path(mistake["loc"]), f"form-{mistake['type']}".replace("_", "-"), _said(mistake))
        for mistake in mistakes[:50]
    )
    named = "、".join(error.field for error in errors[:5])
    return Problem(
        422,
        "form",
        Text(
            f"以下内容不符合接口说明：{named}。请按 errors 逐项修改。",
            f"This does not follow the documentation: {named}. Correct what errors lists.",
        ),
        errors=errors,
    )


def _path(location: tuple[Any, ...]) -> str:
    parts = (
        location[1:] if location and location[0] in ("body", "header", "path", "query", "form", "file") else location
    )
    parts = parts[1:] if parts and parts[0] in ("body", "file") and len(parts) > 1 else parts
    return ".".join(str(part) for part in parts)


def _said(mistake: dict[str, Any]) -> Text:
    message = (mistake.get("ctx") or {}).get("text")
    if isinstance(message, Text):
        return message
    return MISTAKES.get(mistake["type"]) or Text("格式不符合接口说明。", "This does not have the documented form.")


NOT_FOUND = Text("没有这个地址，请核对接口说明。", "There is no such address. See the documentation.")
UNREADABLE = Text(
    "请求内容不是有效的 JSON，或含有重复的字段、NaN。请按 UTF-8 编码重新发送。",
    "The body is not valid JSON, or has a field twice, or NaN. Send it again as UTF-8.",
)
BROKEN_FORM = Text("multipart 内容不完整，请重新发送。", "The multipart content is broken. Send it again.")
TOO_LARGE = Text("内容超过上限，请缩短或分次发送。", "This is larger than the limit. Shorten it or send it in parts.")


def handle_with(api: Any) -> None:
    """Answer everything that the interface's own code can raise with problem details."""

    def on(kind: type[Exception], made: Any) -> None:
        api.add_exception_handler(kind, lambda request, error: answer(made(error)))

    on(Problem, lambda problem: problem)
    on(Refusal, of_refusal)
    on(ValidationError, lambda error: of_mistakes(error.errors))
    on(HttpError, lambda error: Problem(error.status_code, "unreadable", UNREADABLE))
    on(Http404, lambda error: Problem(404, "not-found", NOT_FOUND))
    on(MultiPartParserError, lambda error: Problem(400, "unreadable", BROKEN_FORM))
    on(TooManyFilesSent, lambda error: Problem(400, "unreadable", BROKEN_FORM))
    on(RequestDataTooBig, lambda error: Problem(413, "too-large", TOO_LARGE))
    on(SuspiciousOperation, lambda error: Problem(400, "unreadable", BROKEN_FORM))


def wrong_method(request: HttpRequest, allowed: list[str]) -> HttpResponse:
    said = Text(f"这个地址只支持 {'、'.join(allowed)}。", f"This address takes {', '.join(allowed)} only.")
    return answer(Problem(405, "method", said, headers={"Allow": ", ".join(allowed)}))
