"""日志脱敏: no identity number, card, phone or e-mail address reaches a log, whoever wrote the line."""

from typing import Any

from structlog.typing import EventDict, WrappedLogger

from shouwen.core.masking import seal

_DEEPEST = 8
_SHORTEST_NUMBER = 10**9


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: placeholders stand for what looks personal in every value of the event, however deep.

    Stands after whatever turns an exception into text and before the renderer. Names cannot be seen from their form: code
    that logs must not pass them. Keys with an underscore are structlog's own and stay.
    """
    return {key: value if key.startswith("_") else _redacted(value, 0) for key, value in event.items()}


def _redacted(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return seal(value).text
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < _SHORTEST_NUMBER else _as_found(value, str(value))
    if depth >= _DEEPEST:
        return "…"
    if isinstance(value, dict):
        return {_redacted(key, depth + 1): _redacted(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted(each, depth + 1) for each in value]
    if isinstance(value, bytes | bytearray | memoryview):
        return seal(bytes(value).decode("utf-8", "replace")).text
    return _as_found(value, str(value))


def _as_found(value: Any, text: str) -> Any:
    """The value itself, unless its text holds something personal."""
    sealed = seal(text)
    return sealed.text if sealed.finds else value
