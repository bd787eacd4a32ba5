"""kill -9 in the middle of sending: at least once, and said so if it may be twice."""

import signal
import subprocess
import sys
from datetime import datetime, timedelta
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from shouwen.casework.models import JournalEntry
from shouwen.demo import load
from shouwen.messaging import outbox
from shouwen.messaging.models import SENDING, SENT, OutboxMessage
from tests.messaging.cases import acknowledged, person, tell_last
from tests.messaging.counterparts import Gateway
from tests.site.processes import ROOT, environment

SENDER = "from shouwen.site.prepare import set_up_django; set_up_django(); from shouwen.messaging import outbox; outbox.send_due()"


def database_url() -> str:
    """The test database, for another process."""
    known = {**connection.settings_dict}
    return f"postgresql://{quote(known['USER'])}@/{known['NAME']}?host={quote(str(known['HOST']), safe='')}" + (
        f"&port={known['PORT']}" if known["PORT"] else ""
    )


def killed_while_sending(sms: Gateway) -> None:
    sms.free.clear()
    process = subprocess.Popen(
        [sys.executable, "-c", SENDER],
        cwd=ROOT,
        env=environment(
            settings.CONFIG.data_dir,
            DATABASE_URL=database_url(),
            SHOUWEN_SECRET_KEY=settings.SECRET_KEY,
            SHOUWEN_SMS_URL=sms.url,
            SHOUWEN_QUIET_FROM="00:00",
            SHOUWEN_QUIET_UNTIL="00:00",
        ),
        stderr=subprocess.PIPE,
    )
    try:
        assert sms.came.wait(30), process.communicate(timeout=5)[1].decode()
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        sms.free.set()


def test_a_message_whose_sender_was_killed_is_sent_again_and_marked(committed_db: None, sms: Gateway) -> None:
    load.load(complaints=0)
    complaint = acknowledged(person("100101"))
    tell_last(complaint)
    killed_while_sending(sms)
    message = OutboxMessage.objects.get()
    assert (message.state, len(sms.asked)) == (SENDING, 1)
    assert not JournalEntry.objects.filter(kind="message_sent").exists()

    assert message.claimed_at
    later: datetime = message.claimed_at + outbox.LEASE
    outbox.send_due(later)
    outbox.send_due(later + timedelta(minutes=1))
    message.refresh_from_db()
    assert (message.state, message.maybe_twice, len(sms.asked)) == (SENT, True, 2)
    assert '"again":true' in JournalEntry.objects.get(kind="message_sent").body
    assert sms.asked[0].headers["Idempotency-Key"] == sms.asked[1].headers["Idempotency-Key"]
