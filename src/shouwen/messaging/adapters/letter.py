"""What an adapter is given, and how it says that a message did not go out."""

from typing import Protocol

import msgspec

from shouwen.core.text import Text


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """一封通知, in clear: only ever in memory, on its way out. `id` stays the same when the letter is sent again."""

    id: str
    address: str
    text: str
    subject: str = ""
    number: str = ""


class NotSent(Exception):
    """未发出. `why` is kept and shown to staff: a sentence of ours without an address or another party's words.

    `again` is false where trying again cannot help; `unsure` is true where the message may have arrived all the same.
    """

    def __init__(self, why: Text, *, again: bool = True, unsure: bool = False) -> None:
        super().__init__(why.en)
        self.why = why
        self.again = again
        self.unsure = unsure


class Adapter(Protocol):
    """发送渠道: one way out. Its `send` returns when the other side has taken the letter, or raises `NotSent`."""

    title: Text

    def configured(self) -> bool: ...

    def send(self, letter: Letter) -> None: ...
