"""防护: floods, scripts and guesses are held off by counting and by time, without any third party. Each refusal is a sentence."""

import hmac
from datetime import UTC, datetime, timedelta

import msgspec
from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from shouwen.casework import attempts
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

SALT = "shouwen.portal.form"
TRAP = "leave_empty"
"""A field that people do not see; a script fills it in."""
LEAST_TIME = timedelta(seconds=3)
"""Nobody reads and answers the four steps faster."""
OPEN_FOR = timedelta(hours=2)
"""How long a page that was shown may be sent."""


class Limit(msgspec.Struct, frozen=True):
    """At most so many in so long, counted for each who."""

    what: str
    most: int
    per: timedelta


QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
# A branch or a mobile network sends many customers from one address, so that an address may do much more than a code.
STEPS = Limit("portal step", 300, HOUR)
FILINGS = Limit("portal filing", 20, HOUR)
UPLOADS = Limit("portal upload", 60, HOUR)
LOOK_UPS = Limit("portal code", 30, QUARTER)
FACTORS_OF_ADDRESS = Limit("portal factor address", 20, QUARTER)
FACTORS_OF_CODE = Limit("portal factor", 5, QUARTER)
FACTORS_OF_CODE_DAILY = Limit("portal factor daily", 10, DAY)
ACTIONS = Limit("portal action", 60, HOUR)
PROOFS_SENT = Limit("portal proof sent", 10, HOUR)
PROOFS_TO_ONE = Limit("portal proof to one", 3, HOUR)
PROOFS_TRIED = Limit("portal proof tried", 5, HOUR)


def client_address(request: HttpRequest) -> str:
    """The address of the client; behind a proxy that we were told to trust, the last address that this proxy adds."""
    if settings.SHOUWEN_TRUST_PROXY and (forwarded := request.headers.get("X-Forwarded-For")):
        return forwarded.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR") or "")


def require_few(limit: Limit, who: str, now: datetime) -> None:
    """Count one more; refused beyond the limit, saying how long to wait."""
    if attempts.allowed(limit.what, who, most=limit.most, per=limit.per, now=now):
        return
    zh, en = _waiting(limit.per)
    raise Refusal(
        "too-many-attempts",
        Text(
            f"尝试次数过多，请{zh}后再试。您填写的内容已保留；如有急事，请拨打客服热线。",
            f"Too many attempts. Try again in {en}. What you typed is kept; if it is urgent, call our hotline.",
        ),
    )


def forgive(limit: Limit, who: str) -> None:
    """Begin to count anew, as after a success."""
    attempts.forgiven(limit.what, who)


def _waiting(per: timedelta) -> tuple[str, str]:
    minutes = int(per.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes}分钟", f"{minutes} minutes"
    return (f"{minutes // 60}小时", "an hour" if minutes == 60 else f"{minutes // 60} hours")


def token(purpose: str, now: datetime) -> str:
    """A signed mark of what a form is for and when it was shown."""
    return signing.dumps([purpose, now.timestamp()], salt=SALT)


def shown_at(sent: str, purpose: str, now: datetime) -> datetime:
    """When the form was shown that comes back now. Refused: a mark that is not ours, of another purpose, or too old."""
    try:
        stated, moment = signing.loads(sent[:1000], salt=SALT)
        genuine = hmac.compare_digest(str(stated), purpose)
        shown = datetime.fromtimestamp(float(moment), UTC)
    except (signing.BadSignature, ValueError, TypeError, OverflowError, OSError):
        genuine, shown = False, now
    if not genuine or not timedelta(0) <= now - shown <= OPEN_FOR:
        raise Refusal(
            "page-too-old",
            Text(
                "这个页面打开的时间太久，或已在别处提交。您填写的内容仍在下面，请核对后再发送一次。",
                "This page was open for too long, or was sent from elsewhere. What you typed is still here: check it and "
                "send it once more.",
            ),
        )
    return shown


def require_person(trap: str, since: datetime, now: datetime) -> None:
    """Refuse what only a script would send: the unseen field filled in, or all four steps in no time."""
    if trap or now - since < LEAST_TIME:
        raise Refusal(
            "looks-automatic",
            Text(
                "这次提交看起来像是程序自动完成的。如果您是本人操作，请稍等几秒，再点一次“提交”。",
                "This looked like a program. If you are a person, wait a few seconds and press “Send” once more.",
            ),
        )
