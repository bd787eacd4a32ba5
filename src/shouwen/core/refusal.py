"""Refusals: what the rules do not allow, said to the person who asked."""

from shouwen.core.text import Text


class Refusal(Exception):
    """拒绝: a command that the rules do not allow, or input that cannot be taken.

    `rule` names the rule in a stable word for programs and tests; `message` is a sentence for its reader, in Chinese and
    English, that says what to do next; `field` names the part of the command that is at fault, where one is.
    """

    def __init__(self, rule: str, message: Text, *, field: str | None = None) -> None:
        super().__init__(f"{rule}: {message.en or message.zh}")
        self.rule = rule
        self.message = message
        self.field = field

    def __reduce__(self) -> tuple[object, ...]:
        return Exception.__new__, (type(self), *self.args), vars(self)  # goes whole from one process to another


class RefusedForNow(Refusal):
    """暂时拒绝: something that the bank runs beside this program does not answer. The same again may be taken later."""
