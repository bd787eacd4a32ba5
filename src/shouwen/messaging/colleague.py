"""提醒同事: tells one colleague about something that is no complaint, an improvement item or a warning say (mission C4, E4).

By e-mail, where the bank has it and the colleague an office address, and into the group by WeCom and DingTalk as in `tell`. In Chinese,
without personal data. Who may read the page it links to, the page decides.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from shouwen.messaging import outbox, texts
from shouwen.messaging.adapters import ADAPTERS, adapter_for
from shouwen.messaging.envelope import Envelope
from shouwen.messaging.tell import GROUP_WAYS
from shouwen.organisation.models import Staff

NOTICE = "staff_notice"


@transaction.atomic
def tell_colleague(person: int, key: str, *, matter: str, reminder: str, path: str, now: datetime) -> int:
    """Put into the outbox that `matter` has come to `reminder`; returns how many messages. The same key and person again add nothing;
    a group hears of a key once, however many people are told."""
    values = {"matter": matter, "reminder": reminder, "link": f"{settings.SHOUWEN_BASE_URL}{path}"}
    made = 0
    for way, address in _addresses(person):
        words = texts.filled(texts.standing(NOTICE, texts.FORM_OF_WAY[way], "zh"), values)
        outbox.enqueue(
            dedupe_key=f"notice:{key}:{way}:{person if address else 'group'}",
            code=NOTICE,
            way=way,
            language="zh",
            words=Envelope(address=address, text=words.body, subject=words.subject),
            now=now,
        )
        made += 1
    return made


def _addresses(person: int) -> list[tuple[str, str]]:
    """The ways to this colleague, none for who has left; the group hears with the colleague, not instead."""
    staff = Staff.objects.filter(id=person, is_active=True).only("email").first()
    if staff is None:
        return []
    ways = [("email", staff.email)] if staff.email and adapter_for("email") is not None else []
    return [*ways, *((way, "") for way in GROUP_WAYS if ADAPTERS[way].configured())]
