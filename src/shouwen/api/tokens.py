"""访问令牌: made once, shown once, good for its scopes until a day that is set from the beginning.

A secret has 256 random bits, so that its plain SHA-256 tells nothing; it is found by that digest and by nothing else.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from django.db.models import Q, QuerySet

from shouwen.api.models import ApiToken
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.organisation.directory import directory

PREFIX = "shouwen_"
"""By which a scanner of repositories and logs knows a secret of ours again."""
LONGEST_LIFE = timedelta(days=366)
USUAL_LIFE_DAYS = 180
USED_TO_THE = timedelta(hours=1)
NAME_LENGTH = 60


class Scope(StrEnum):
    """权限范围: what a token opens."""

    COMPLAINTS_WRITE = "complaints:write"
    COMPLAINTS_READ = "complaints:read"
    POLICY_READ = "policy:read"
    STATISTICS_READ = "statistics:read"

    @property
    def label(self) -> Text:
        return SCOPE_TITLES[self]


SCOPE_TITLES = {
    Scope.COMPLAINTS_WRITE: Text("登记、补充投诉，上传附件", "Register complaints, add to them, send files"),
    Scope.COMPLAINTS_READ: Text("查询投诉的环节和时限", "Read stage and dates of complaints"),
    Scope.POLICY_READ: Text("读取渠道、分类和机构", "Read channels, classes and units"),
    Scope.STATISTICS_READ: Text("读取统计报表", "Read statistics"),
}


def make_token(
    *, name: str, unit_id: int, scopes: Sequence[str], expires_at: datetime, now: datetime, made_by: int | None = None
) -> tuple[ApiToken, str]:
    """新建令牌: the token and its secret, which nobody can see again.

    Refused: no name, no or unknown scope, an unknown or closed unit, an end that is past or more than a year away.
    """
    name = "".join(letter for letter in name if letter.isprintable()).strip()
    if not name or len(name) > NAME_LENGTH:
        raise Refusal(
            "token-name",
            Text("请填写使用系统的名称，最多60个字。", "Name the system that uses it, in at most 60 characters."),
            field="name",
        )
    chosen = list(dict.fromkeys(scopes))
    if not chosen or not set(chosen) <= set(Scope):
        raise Refusal(
            "token-scopes",
            Text(
                f"请选择至少一项权限：{'、'.join(Scope)}。",
                f"Choose at least one scope: {', '.join(Scope)}.",
            ),
            field="scopes",
        )
    if unit_id not in {unit.id for unit in directory().open_units()}:
        raise Refusal(
            "unit-unknown",
            Text("没有这个机构，或已撤并，请从列表中选择。", "There is no such open unit. Choose one from the list."),
            field="unit",
        )
    if not now < expires_at <= now + LONGEST_LIFE:
        raise Refusal(
            "token-life",
            Text(
                f"有效期须在今天之后，且不超过{LONGEST_LIFE.days}天。",
                f"The end must lie ahead, by {LONGEST_LIFE.days} days at most.",
            ),
            field="days",
        )
    secret = f"{PREFIX}{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        name=name,
        digest=digest_of(secret),
        scopes=chosen,
        unit_id=unit_id,
        made_by_id=made_by,
        made_at=now,
        expires_at=expires_at,
    )
    return token, secret


def digest_of(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogateescape")).digest()


def token_of(secret: str, now: datetime) -> ApiToken | None:
    """The token with this secret, if it is good now."""
    return good_tokens(now).filter(digest=digest_of(secret)).first()


def good_tokens(now: datetime) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(revoked_at=None, expires_at__gt=now)


def note_use(token: ApiToken, now: datetime) -> None:
    """Keep when the token was last used, to the hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    if token.last_used_at is None or now - token.last_used_at >= USED_TO_THE:
        before = Q(last_used_at=None) | Q(last_used_at__lt=hour)
        ApiToken.objects.filter(before, id=token.id).update(last_used_at=hour)


def revoke(token_id: int, now: datetime) -> ApiToken:
    """停用令牌, at once and for good. One that is revoked stays as it is. Refused: no such token."""
    ApiToken.objects.filter(id=token_id, revoked_at=None).update(revoked_at=now)
    token = ApiToken.objects.select_related("unit").filter(id=token_id).first()
    if token is None:
        raise Refusal("token-unknown", Text("没有这个令牌，请核对编号。", "There is no such token. Check its number."))
    return token
