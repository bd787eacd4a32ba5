"""`shouwen rebuild`: write rows and search words anew from their journals.

For the day after an upgrade, when a new version reads more out of a journal than the one that wrote the row, and for a row
that was damaged. The journal is never touched: a complaint whose journal is not whole is named and left as it is.
"""

import msgspec
from django.db import connection, transaction

from shouwen.casework import rows
from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.casework.verify import Difference, verify_range
from shouwen.core.complaint import read_event, replay

SEARCH_SQL = """
    INSERT INTO casework_searchwords (complaint_id, audience, words)
    VALUES (%(complaint_id)s, %(audience)s, %(words)s::tsvector)
    ON CONFLICT (complaint_id) DO UPDATE SET audience = excluded.audience, words = excluded.words
"""


class Rebuilt(msgspec.Struct):
    """How many complaints were written anew, and what the journal cannot put right."""

    complaints: int = 0
    left: list[Difference] = []


def rebuild_range(lowest: int, highest: int) -> Rebuilt:
    """Rebuild what differs among the complaints with ids from `lowest` to `highest`, each in a transaction of its own."""
    rebuilt = Rebuilt()
    differences = verify_range(lowest, highest).differences
    broken = {difference.complaint for difference in differences if difference.seq}
    for number in sorted({difference.complaint for difference in differences} - broken):
        if _rebuild(number):
            rebuilt.complaints += 1
        else:
            broken.add(number)
    rebuilt.left = [difference for difference in differences if difference.complaint in broken]
    return rebuilt


def _rebuild(number: str) -> bool:
    with transaction.atomic():
        row = ComplaintRow.objects.select_for_update().filter(number=number).only("id").first()
        if row is None:
            return False
        bodies = JournalEntry.objects.filter(complaint_id=row.id).order_by("seq").values_list("body", flat=True)
        complaint = replay([read_event(body) for body in bodies])
        if complaint is None:
            return False
        ComplaintRow.objects.filter(id=row.id).update(**rows.columns_of(complaint))
        with connection.cursor() as cursor:
            cursor.execute(SEARCH_SQL, rows.search_columns_of(complaint))
    return True
