"""The web server (网页服务): granian over WSGI, on a listening socket that is provably ours.

On Linux granian binds with SO_REUSEPORT, so that two programs of the same user would share one port without a word and
the kernel would deal requests to both. Here the socket is bound exclusively first and handed to granian.
"""

import errno
import gc
import importlib
import multiprocessing
import os
import socket
from typing import Any

from granian._granian import SocketHolder
from granian.constants import Interfaces
from granian.server.mp import MPServer

from shouwen.site.trouble import Trouble

TARGET = "shouwen.site.wsgi:application"
BACKLOG = 1024
_holder: Any = SocketHolder  # its stub leaves the constructor out, which pickling in granian.net uses
PORTS_TRIED = 200


class PortTaken(Trouble):
    """The port belongs to another program; the sentence (Chinese, then English) says what to do."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on exactly this port. Refuses (PortTaken) one that somebody else listens on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    claimed = socket.socket(family, socket.SOCK_STREAM)
    claimed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Inherited by each connection. Without it the last part of an answer waits 40 ms for the client's delayed ACK.
    claimed.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        claimed.bind((host, port))
        # Two programs can both bind with SO_REUSEADDR while neither listens; the second listen() then fails.
        claimed.listen(BACKLOG)
    except OSError as error:
        claimed.close()
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise PortTaken(
            f"{host}:{port} 端口已被占用或无权使用。请停止占用它的程序，或用 SHOUWEN_PORT 换一个端口。",
            f"Port {port} on {host} is taken or not allowed. Stop the program that holds it, or set SHOUWEN_PORT.",
        ) from error
    return claimed


def listen_on_next_free(host: str, port: int) -> socket.socket:
    """The first port from this one upwards that nobody listens on; safe when two programs look at the same moment."""
    last = min(port + PORTS_TRIED, 65535)
    for candidate in range(port, last + 1):
        try:
            return listen(host, candidate)
        except PortTaken:
            continue
    raise PortTaken(
        f"{host} 上 {port} 到 {last} 的端口都被占用。", f"All ports from {port} to {last} on {host} are taken."
    )


class Server(MPServer):
    """granian on a socket that listens already."""

    def __init__(self, claimed: socket.socket, **options: Any) -> None:
        host, port = claimed.getsockname()[:2]
        super().__init__(TARGET, address=host, port=port, backlog=BACKLOG, **options)
        self._claimed = claimed

    def _init_shared_socket(self) -> None:
        # As granian itself does where SO_REUSEPORT is missing: one listening socket, shared by all workers.
        self._claimed.set_inheritable(True)
        server: Any = self  # granian's types leave these attributes out
        server._ssp = None
        server._shd = _holder(self._claimed.fileno(), False, BACKLOG)
        server._sfd = self._claimed.fileno()
        server._sso = self._claimed


def serve(claimed: socket.socket, *, workers: int, threads: int) -> int:
    """Serves until SIGTERM or SIGINT; workers that crash are replaced, and each is renewed once a day."""
    if multiprocessing.get_start_method() == "fork":
        importlib.import_module(TARGET.partition(":")[0])  # imported once, shared by the workers; opens no connection
        gc.freeze()  # what stays for ever is neither looked through again, nor copied to each worker by looking
    Server(
        claimed,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        log_access=False,
        respawn_failed_workers=True,
        workers_lifetime=24 * 60 * 60,
        workers_kill_timeout=10,
    ).serve()
    return 0


def inherited(descriptor: int) -> socket.socket:
    """The listening socket that a parent (`make run`, or systemd's socket activation) has opened for us."""
    os.set_inheritable(descriptor, False)
    return socket.socket(fileno=descriptor)
