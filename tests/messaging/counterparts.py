"""The other sides, real ones on loopback: an HTTP gateway that records, and a mail server that keeps what it gets."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
from aiosmtpd.controller import Controller


class Asked(msgspec.Struct, frozen=True):
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Gateway:
    """Records every request. `answers` are given one after the other, then 200; while `holding` is set nobody is answered."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.body = b'{"errcode": 0}'
        self.came = threading.Event()
        self.free = threading.Event()
        self.free.set()
        self.url = ""


@contextmanager
def gateway() -> Iterator[Gateway]:
    state = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.asked.append(Asked(self.path, dict(self.headers), body))
            state.came.set()
            state.free.wait(30)
            status, headers, content = state.answers.pop(0) if state.answers else (200, {}, state.body)
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except (BrokenPipeError, ConnectionResetError):
                return  # the sender was killed

        def log_message(self, *_said: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/send"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.free.set()
        server.shutdown()
        server.server_close()
        thread.join()


class MailServer:
    """Keeps each mail; `refusal` is what it says to a recipient instead of taking the mail."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refusal = ""
        self.port = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(BytesParser(policy=default).parsebytes(envelope.content))  # type: ignore[arg-type]
        self.recipients += envelope.rcpt_tos
        return "250 OK"


class OnAnyPort(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server() -> Iterator[MailServer]:
    state = MailServer()
    controller = OnAnyPort(state, hostname="127.0.0.1", port=0)
    controller.start()
    state.port = controller.port
    try:
        yield state
    finally:
        controller.stop()
