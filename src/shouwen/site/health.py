"""Health (健康检查): `/healthz` says that the process answers, `/readyz` that it can do its work.

Ready means: the database answers, every migration is applied, and a worker has shown itself within the last minute.
Both are for machines; they say which part is missing, never why in detail. What only files need (virus scanner and bucket, where they are set)
is told too, but takes no host out of service: files are refused meanwhile, and everything else goes on.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from shouwen.casework.files import malware, store

HEARTBEAT_SECONDS = 60


class HealthMiddleware:
    """Answers the two addresses before host checks, redirects and sessions, which a probe by address does not pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._migrated = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path == "/readyz":
            return self._ready()
        return self.get_response(request)

    def _ready(self) -> HttpResponseBase:
        parts = {"database": False, "migrations": False, "worker": False}
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                parts["database"] = True
                parts["migrations"] = self._is_migrated()
                if parts["migrations"]:
                    parts["worker"] = _worker_alive()
        except DatabaseError:
            connection.close()
        is_ready = all(parts.values())
        return JsonResponse({**parts, **_for_files()}, status=200 if is_ready else 503)

    def _is_migrated(self) -> bool:
        # A schema does not go back under a running program, so the answer "yes" is kept.
        if not self._migrated:
            executor = MigrationExecutor(connection)
            self._migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return self._migrated


def _for_files() -> dict[str, bool]:
    """What only files need, where it runs beside this program."""
    parts: dict[str, bool] = {}
    if settings.SHOUWEN_CLAMAV:
        parts["virus_scanner"] = malware.answers()
    if settings.SHOUWEN_S3:
        parts["files"] = store.standing().answers()
    return parts


def _worker_alive() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s))",
            [HEARTBEAT_SECONDS],
        )
        return bool(cursor.fetchone()[0])
