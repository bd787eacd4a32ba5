"""Webhook: signed notices to the bank's other systems, only to the addresses in SHOUWEN_WEBHOOK_URLS."""

import ipaddress
import socket
import time
from typing import Any

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from shouwen.core.text import Text
from shouwen.messaging.adapters.letter import Letter, NotSent
from shouwen.messaging.adapters.posting import post, signed


class Webhook:
    """POST of a small JSON without personal data. Refused: an address that is not in the settings any more, a redirect, and

    a private address unless SHOUWEN_WEBHOOK_PRIVATE is true.
    """

    title = Text("Webhook", "Webhook")

    def configured(self) -> bool:
        return bool(settings.SHOUWEN_WEBHOOK_URLS and settings.SHOUWEN_WEBHOOK_SECRET)

    def send(self, letter: Letter) -> None:
        if letter.address not in settings.SHOUWEN_WEBHOOK_URLS:
            raise NotSent(
                Text(
                    "该地址已不在 SHOUWEN_WEBHOOK_URLS 中，未发送。",
                    "The address is not in SHOUWEN_WEBHOOK_URLS any more; nothing was sent.",
                ),
                again=False,
            )
        body = letter.text.encode()
        headers = {"Idempotency-Key": letter.id}
        post(
            letter.address,
            body,
            headers | signed(settings.SHOUWEN_WEBHOOK_SECRET, str(int(time.time())), body),
            session=_careful_session(),
        )


def _careful_session() -> requests.Session:
    """A session without proxies that looks at the address it has really reached, so that no name can lead it elsewhere."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", _CarefulAdapter())
    session.mount("https://", _CarefulAdapter())
    return session


def _require_public(connected: socket.socket) -> socket.socket:
    reached = ipaddress.ip_address(connected.getpeername()[0].split("%")[0])
    reached = getattr(reached, "ipv4_mapped", None) or reached
    if not reached.is_global and not settings.SHOUWEN_WEBHOOK_PRIVATE:
        connected.close()
        raise NotSent(
            Text(
                "该地址在内网，未发送。确需发往内网时请设置 SHOUWEN_WEBHOOK_PRIVATE=true。",
                "The address lies in a private network; nothing was sent. If that is meant, set SHOUWEN_WEBHOOK_PRIVATE=true.",
            ),
            again=False,
        )
    return connected


class _CarefulHTTPConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _require_public(super()._new_conn())


class _CarefulHTTPSConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _require_public(super()._new_conn())


class _CarefulHTTPPool(HTTPConnectionPool):
    ConnectionCls = _CarefulHTTPConnection


class _CarefulHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _CarefulHTTPSConnection


class _CarefulAdapter(HTTPAdapter):
    def init_poolmanager(self, *given: Any, **named: Any) -> None:
        super().init_poolmanager(*given, **named)
        self.poolmanager.pool_classes_by_scheme = {"http": _CarefulHTTPPool, "https": _CarefulHTTPSPool}
