"""A browser reduced to what a measurement needs: one kept connection, cookies, forms."""

import http.client
import re
import socket
from urllib.parse import urlencode

PASSWORD = "shouwen-demo"


def answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False


class Client:
    """One person at one browser, signed in."""

    def __init__(self, port: int, employee_no: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._cookies: dict[str, str] = {}
        self.get("/accounts/login/")
        status, _, _ = self.post("/accounts/login/", {"login": employee_no, "password": PASSWORD})
        if status != 302:
            raise RuntimeError(f"{employee_no} could not sign in: {status}")

    def get(self, path: str) -> str:
        status, body, location = self._ask("GET", path, None)
        if status != 200:
            raise RuntimeError(f"{path} answered {status} {location}")
        return body

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str, str]:
        """Status, body and where it leads to."""
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            headers |= {"X-CSRFToken": self._cookies.get("csrftoken", "")}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            if set_to := re.match(r"([^=]+)=([^;]*)", cookie):
                self._cookies[set_to[1]] = set_to[2]
        return answer.status, text, answer.headers.get("Location", "")
