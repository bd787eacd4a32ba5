"""HTTP POST as all gateways are asked: with time limits, without redirects, and with answers that say nothing personal."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from shouwen.core.text import Text
from shouwen.messaging.adapters.letter import NotSent

CONNECT_SECONDS, ANSWER_SECONDS = 5, 15
ANSWER_BYTES = 65_536
FOR_EVER = frozenset({400, 404, 405, 410, 413, 414, 415, 422})
"""Answers that a second try will not change."""
PERHAPS_TAKEN = frozenset({500, 502, 504})
"""Answers after which the gateway may have taken the message all the same."""


def post(
    url: str, body: bytes, headers: Mapping[str, str] | None = None, session: requests.Session | None = None
) -> bytes:
    """POST a JSON body and return what was answered, at most 64 kB of it. Raises `NotSent` unless the status is 2xx.

    A redirect is refused: the body would go to an address that nobody has allowed.
    """
    own = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Shouwen"}
    try:
        with (
            session or requests.Session() as asking,
            asking.post(
                url,
                data=body,
                headers={**own, **(headers or {})},
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as answer,
        ):
            _require_taken(answer.status_code)
            return next(answer.iter_content(ANSWER_BYTES), b"")
    except requests.ConnectTimeout as error:
        raise NotSent(Text("对方地址无法连接（超时）。", "The other side could not be reached in time.")) from error
    except requests.Timeout as error:
        raise NotSent(
            Text("对方没有在限定时间内应答，可能已收到。", "The other side did not answer in time and may have it."),
            unsure=True,
        ) from error
    except requests.RequestException as error:
        raise NotSent(
            Text("与对方的连接中断或无法建立。", "The connection failed or broke off."),
            unsure=not _never_connected(error),
        ) from error


def _never_connected(error: requests.RequestException) -> bool:
    """Whether the other side certainly has nothing: no connection was made, or no safe one."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, requests.exceptions.SSLError) or isinstance(reason, NewConnectionError)


def _require_taken(status: int) -> None:
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise NotSent(
            Text(
                f"对方要求转到另一地址（HTTP {status}），未跟随。请改正设置中的地址。",
                f"The other side redirects (HTTP {status}), which is not followed. Correct the address in the settings.",
            ),
            again=False,
        )
    raise NotSent(
        Text(
            f"对方拒绝了请求（HTTP {status}）。请核对网关设置或查看网关日志。",
            f"The other side refused (HTTP {status}). Check the gateway's settings, or look into its log.",
        ),
        again=status not in FOR_EVER,
        unsure=status in PERHAPS_TAKEN,
    )


def encoded(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over "timestamp.body", in hexadecimal: the receiver sees who sent it and that it is not an old one."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def signed(secret: str | None, timestamp: str, body: bytes) -> dict[str, str]:
    """The headers that carry the signature; none without a secret."""
    if not secret:
        return {}
    return {"X-Shouwen-Timestamp": timestamp, "X-Shouwen-Signature": f"sha256={signature(secret, timestamp, body)}"}


def require_zero(answer: bytes, code: str, name: Text) -> None:
    """The robots of WeCom and DingTalk say 200 to everything, and what they mean in `errcode`."""
    try:
        said = json.loads(answer)
        number = int(said[code])
    except (ValueError, KeyError, TypeError) as error:
        raise NotSent(
            Text(f"{name.zh}的应答无法识别。", f"The answer of {name.en} could not be read."), unsure=True
        ) from error
    if number:
        raise NotSent(
            Text(
                f"{name.zh}拒绝了消息（错误码 {number}）。请核对机器人的安全设置。",
                f"{name.en} refused the message (code {number}). Check the robot's security settings.",
            )
        )
