"""`shouwen token`: make, list and revoke access tokens on the server, as on the page /settings/tokens/."""

import argparse
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from shouwen.api import tokens
from shouwen.api.models import ApiToken
from shouwen.api.tokens import USUAL_LIFE_DAYS, Scope
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.organisation.directory import directory


def main(arguments: Sequence[str]) -> int:
    """令牌: returns 0, or raises a `Refusal` that says what to put right."""
    given = _parser().parse_args(arguments)
    if given.do == "create":
        _create(given.name, given.unit, given.scope, given.days)
    elif given.do == "revoke":
        token = tokens.revoke(given.id, timezone.now())
        print(f"已停用令牌 {token.id}（{token.name}）。\nToken {token.id} ({token.name}) is revoked.")
    else:
        for token in ApiToken.objects.select_related("unit"):
            print(_line(token))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="shouwen token", description="接口访问令牌 · access tokens of the interface")
    doing = parser.add_subparsers(dest="do", required=True)
    create = doing.add_parser("create", help="新建，令牌只显示一次 · make one; its secret is shown once")
    create.add_argument("--name", required=True, help="使用系统的名称 · the system that uses it")
    create.add_argument("--unit", required=True, help="所代表的机构代码 · code of the unit it speaks for")
    create.add_argument(
        "--scope", action="append", required=True, choices=list(Scope), help="权限，可多次 · may repeat"
    )
    create.add_argument("--days", type=int, default=USUAL_LIFE_DAYS, help="有效天数 · days until it expires")
    doing.add_parser("list", help="列出 · list them")
    revoke = doing.add_parser("revoke", help="停用 · revoke one")
    revoke.add_argument("id", type=int, help="编号 · its number")
    return parser


def _create(name: str, code: str, scopes: Sequence[str], days: int) -> None:
    unit = directory().unit_by_code(code)
    if unit is None:
        raise Refusal(
            "unit-unknown", Text(f"没有机构代码“{code}”，请核对。", f"There is no unit code “{code}”. Check it.")
        )
    now = timezone.now()
    life = timedelta(days=min(max(days, 0), tokens.LONGEST_LIFE.days + 1))
    token, secret = tokens.make_token(name=name, unit_id=unit.id, scopes=scopes, expires_at=now + life, now=now)
    print(secret)
    print(
        f"令牌 {token.id} 有效至 {token.expires_at:%Y-%m-%d}，只显示这一次，请立即妥善保存。\n"
        f"Token {token.id} is good until {token.expires_at:%Y-%m-%d}. It is shown only now: store it safely."
    )


def _line(token: ApiToken) -> str:
    used = f"{token.last_used_at:%Y-%m-%d %H}h" if token.last_used_at else "-"
    state = "已停用 revoked" if token.revoked_at else f"至 until {token.expires_at:%Y-%m-%d}"
    scopes = ",".join(token.scopes)
    return f"{token.id:>4}  {state:<18} {used:<15} {token.unit.code} {token.unit.name}  {token.name}  {scopes}"
