"""Sign-in (登录): staff accounts are made by an administrator, never by their future owners."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.http import HttpRequest


class ClosedAdapter(DefaultAccountAdapter):
    """No sign-up from outside (不开放注册)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class Backend(AuthenticationBackend):
    """allauth's, which finds the signed-in person of each request by one prepared statement."""

    def get_user(self, user_id: int) -> Any:
        """None for who is gone or deactivated."""
        from shouwen.casework import prepared
        from shouwen.organisation.models import Staff

        fields = Staff._meta.concrete_fields
        columns = ", ".join(f'"{field.column}"' for field in fields)
        found = prepared.run(f'SELECT {columns} FROM "{Staff._meta.db_table}" WHERE "id" = $1', [int(user_id)])  # noqa: S608 - names of our own model
        staff = Staff.from_db("default", [field.attname for field in fields], found[0]) if found else None
        return staff if staff is not None and self.user_can_authenticate(staff) else None


def name_tried(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """The employee number of an attempt to sign in, for the lock-out (登录失败锁定)."""
    given = credentials or {}
    found = given.get("username") or given.get("employee_no")
    if not found and request is not None:
        found = request.POST.get("login", "")
    # Accounts are found in any case of their letters, so failures are counted for all of them together.
    return str(found or "").strip().casefold()[:150]


def client_address(request: HttpRequest) -> str:
    """The address of the client; behind a proxy that we were told to trust, the last address that proxy adds."""
    if settings.CONFIG.trust_proxy and (forwarded := request.headers.get("X-Forwarded-For")):
        return forwarded.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR") or "")
