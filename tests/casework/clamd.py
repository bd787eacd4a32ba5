"""A virus scanner on loopback that speaks ClamAV's INSTREAM, and can be told to fail in each way that a real one does."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

MARK = b"pretended malware"
NAME = "Pretended.Signature"


class Clamd:
    """`behaves`: "scans", or "error" (an answer that is no verdict), "hangs" (none at all), "closes" (ends at once)."""

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self.behaves = "scans"
        self.scanned: list[bytes] = []
        self._ended = threading.Event()
        self.address = "{}:{}".format(*listening.getsockname()) if listening.family == socket.AF_INET else ""
        threading.Thread(target=self._serve, daemon=True).start()

    def end(self) -> None:
        self._ended.set()
        self._listening.close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._speak, args=(connection,), daemon=True).start()

    def _speak(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as heard:
            if self.behaves == "closes":
                return
            command = _until_nul(heard)
            if self.behaves == "hangs":
                self._ended.wait()
                return
            connection.sendall(self._answer(command, heard))

    def _answer(self, command: bytes, heard) -> bytes:  # type: ignore[no-untyped-def]
        if command == b"zPING":
            return b"PONG\0"
        content = b""
        while size := struct.unpack("!I", heard.read(4))[0]:
            content += heard.read(size)
        self.scanned.append(content)
        if self.behaves == "error":
            return b"INSTREAM size limit exceeded. ERROR\0"
        return f"stream: {NAME} FOUND\0".encode() if MARK in content else b"stream: OK\0"


def _until_nul(heard) -> bytes:  # type: ignore[no-untyped-def]
    said = b""
    while (letter := heard.read(1)) not in (b"\0", b""):
        said += letter
    return said


@contextmanager
def running(path: str = "") -> Iterator[Clamd]:
    """One on a port of loopback, or at the path of a socket."""
    listening = socket.socket(socket.AF_UNIX if path else socket.AF_INET, socket.SOCK_STREAM)
    listening.bind(path or ("127.0.0.1", 0))
    listening.listen()
    clamd = Clamd(listening)
    try:
        yield clamd
    finally:
        clamd.end()
