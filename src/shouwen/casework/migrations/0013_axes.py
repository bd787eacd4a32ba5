from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

AT_A_TIME = 2_000
NAMES = ("axes", "process")
OF_ARCHIVED = (*NAMES, "outcome", "state")


def fill(apps, schema_editor):
    """The columns of old rows, from their states by the rules of today; a bank's years go through in batches along the key.

    What is archived remembers from its journal how it ended.
    """
    from shouwen.casework.rows import columns_of
    from shouwen.core.complaint import read_complaint

    rows = apps.get_model("casework", "ComplaintRow").objects
    last = 0
    while batch := list(rows.filter(id__gt=last).order_by("id").only("id", "stage", "state")[:AT_A_TIME]):
        archived = [row for row in batch if row.stage == "archived"]
        replayed = _replayed(apps, [row.id for row in archived])
        for row in batch:
            columns = columns_of(replayed.get(row.id) or read_complaint(row.state))
            for name in OF_ARCHIVED if row.id in replayed else NAMES:
                setattr(row, name, columns[name])
        rows.bulk_update(batch, NAMES)
        rows.bulk_update(archived, OF_ARCHIVED)
        last = batch[-1].id


def _replayed(apps, ids):
    from shouwen.core.complaint import read_event, replay

    entries = apps.get_model("casework", "JournalEntry").objects.filter(complaint_id__in=ids)
    bodies = {}
    for complaint_id, body in entries.order_by("complaint_id", "seq").values_list("complaint_id", "body").iterator():
        bodies.setdefault(complaint_id, []).append(body)
    return {complaint_id: replay(map(read_event, told)) for complaint_id, told in bodies.items()}


def leave(apps, schema_editor):
    """Backwards: the columns go, and nothing else is to be done."""


class Migration(migrations.Migration):
    """What the regulator's return and the union's inspection count by, as columns of the row; and how archived ones ended."""

    dependencies = [("casework", "0012_figures")]

    operations = [
        migrations.AddField("complaintrow", "axes", ArrayField(models.CharField(max_length=64), default=list)),
        migrations.AddField("complaintrow", "process", ArrayField(models.CharField(max_length=16), default=list)),
        migrations.RunPython(fill, leave),
    ]
