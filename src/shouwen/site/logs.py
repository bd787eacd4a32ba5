"""Logs (日志): one JSON object a line on standard output, never with a request's body, query or a database value.

The query string is left out because people search for names and telephone numbers; the text of database errors because
PostgreSQL repeats the values in it.
"""

import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

import structlog
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponseBase
from structlog.typing import EventDict, Processor, WrappedLogger

from shouwen.casework.privacy.redaction import redact

log = structlog.stdlib.get_logger("shouwen.request")


def configuration(level: str) -> dict[str, Any]:
    """The LOGGING setting; also turns structlog on."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        describe_exception,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
                ],
            }
        },
        "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True, "level": level},
            # Every 404 and every expired session would be a warning of its own beside our request line.
            "django.request": {"level": "ERROR"},
            "django.security": {"level": "CRITICAL"},
            # It repeats a job's arguments on every step.
            "procrastinate": {"level": "WARNING"},
            "axes": {"level": "ERROR"},
        },
    }


def describe_exception(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Turns `exc_info` into type, message and places; of a database error only its SQLSTATE and constraint."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = [_described(each) for each in _chain(error)]
    return event


def _chain(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return chain


def _described(error: BaseException) -> dict[str, Any]:
    described: dict[str, Any] = {"type": f"{type(error).__module__}.{type(error).__qualname__}"}
    diagnosis = getattr(error, "diag", None) or getattr(error.__cause__, "diag", None)
    if diagnosis is not None:
        described |= {"sqlstate": diagnosis.sqlstate, "constraint": diagnosis.constraint_name}
    elif not isinstance(error, DatabaseError):
        described["message"] = str(error)
    described["places"] = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    return described


class RequestLogMiddleware:
    """One line for each request: method, path, status, duration and who, and nothing of what was sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        response = self.get_response(request)
        if not request.path.startswith("/static/"):
            # The session has loaded the user only where a view asked for one: no query is made for the log's sake.
            user = request.__dict__.get("_cached_user")
            log.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
                staff=getattr(user, "pk", None),
            )
        return response
