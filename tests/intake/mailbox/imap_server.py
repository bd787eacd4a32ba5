"""A small IMAP server on loopback: enough of RFC 3501 for what the mailbox asks. One folder to read, others to move to."""

import re
import socketserver
import threading
from collections.abc import Callable
from types import TracebackType

LITERAL = re.compile(rb"\{(\d+)\}$")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')


class Stored:
    def __init__(self, raw: bytes, arrived: str) -> None:
        self.raw, self.arrived = raw, arrived
        self.flags: set[str] = set()


class ImapServer:
    """`folders` maps a name to its mails by uid. `on` is called with each command before it is answered."""

    def __init__(self, mails: list[bytes], *, can_move: bool = True, validity: int = 7) -> None:
        self.folders: dict[str, dict[int, Stored]] = {"INBOX": {}}
        self.validity, self.can_move = validity, can_move
        self.on: Callable[[str], None] = lambda command: None
        self.commands: list[str] = []
        self.sizes: dict[int, int] = {}
        self._next = 1
        self.lock = threading.Lock()
        for raw in mails:
            self.deliver(raw)
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                Talk(outer, self.rfile, self.wfile).run()

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]

    def deliver(self, raw: bytes, arrived: str = "03-Mar-2026 09:30:00 +0800", folder: str = "INBOX") -> int:
        uid, self._next = self._next, self._next + 1
        self.folders.setdefault(folder, {})[uid] = Stored(raw, arrived)
        return uid

    @property
    def url(self) -> str:
        return f"imap://complaints%40bank.example:secret@127.0.0.1:{self.port}/INBOX"

    def __enter__(self) -> "ImapServer":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()


class Talk:
    """One connection."""

    def __init__(self, server: ImapServer, rfile: object, wfile: object) -> None:
        self.server, self.rfile, self.wfile = server, rfile, wfile
        self.folder = "INBOX"

    def say(self, line: str | bytes) -> None:
        self.wfile.write((line.encode() if isinstance(line, str) else line) + b"\r\n")  # type: ignore[attr-defined]

    def run(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline():  # type: ignore[attr-defined]
            tag, _, command = line.decode("utf-8").strip().partition(" ")
            self.server.on(command)
            self.server.commands.append(command)
            words = [quoted or plain for quoted, plain in QUOTED.findall(command)]
            name = words[0].upper()
            if name == "UID":
                name, words = f"UID {words[1].upper()}", words[1:]
            try:
                with self.server.lock:
                    done = self.answer(name, words, command)
                self.say(f"{tag} {done}")
            except BrokenPipeError:
                return
            if name == "LOGOUT":
                return

    def answer(self, name: str, words: list[str], command: str) -> str:
        mails = self.server.folders[self.folder]
        if name == "CAPABILITY":
            self.say(f"* CAPABILITY IMAP4rev1{' MOVE' if self.server.can_move else ''}")
        elif name == "LOGIN":
            return "OK done" if words[2] == "secret" else "NO wrong password secret"
        elif name == "SELECT":
            self.folder = words[1]
            self.say(f"* {len(mails)} EXISTS")
            self.say(f"* OK [UIDVALIDITY {self.server.validity}]")
        elif name == "STATUS":
            self.say(f'* STATUS "{words[1]}" (UIDVALIDITY {self.server.validity})')
        elif name == "LIST":
            for folder in self.server.folders:
                if words[2] in ("*", "%", folder):
                    self.say(f'* LIST () "/" "{folder}"')
        elif name == "CREATE":
            self.server.folders[words[1]] = {}
        elif name == "UID SEARCH":
            first = int(words[-1].split(":")[0])
            found = [uid for uid in mails if uid >= first] or list(mails)[-1:]
            self.say(f"* SEARCH {' '.join(map(str, found))}")
        elif name == "UID FETCH":
            self.fetch(int(words[1]), command)
        elif name == "UID STORE":
            mails[int(words[1])].flags.add(re.findall(r"\\\w+", command)[0])
        elif name == "UID COPY":
            self.server.folders[words[2]][int(words[1])] = mails[int(words[1])]
        elif name == "UID MOVE":
            self.server.folders[words[2]][int(words[1])] = mails.pop(int(words[1]))
        elif name == "EXPUNGE":
            for uid in [uid for uid, mail in mails.items() if r"\Deleted" in mail.flags]:
                del mails[uid]
        elif name == "LOGOUT":
            self.say("* BYE")
        return "OK done"

    def fetch(self, uid: int, command: str) -> None:
        mail = self.server.folders[self.folder].get(uid)
        if mail is None:
            return
        if "RFC822.SIZE" in command:
            size = self.server.sizes.get(uid, len(mail.raw))
            self.say(f'* 1 FETCH (UID {uid} RFC822.SIZE {size} INTERNALDATE "{mail.arrived}")')
            return
        content = mail.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in command else mail.raw
        self.say(b"* 1 FETCH (UID %d BODY[] {%d}" % (uid, len(content)))
        self.wfile.write(content)  # type: ignore[attr-defined]
        self.say(")")
