from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

AT_A_TIME = 2_000
NAMES = ("axes", "process")


def fill(apps, schema_editor):
    """The columns of old rows, from their states by the rules of today; a bank's years go through in batches along the key."""
    from shouwen.casework.rows import columns_of
    from shouwen.core.complaint import read_complaint

    rows = apps.get_model("casework", "ComplaintRow").objects
    last = 0
    while batch := list(rows.filter(id__gt=last).order_by("id").only("id", "state")[:AT_A_TIME]):
        for row in batch:
            columns = columns_of(read_complaint(row.state))
            for name in NAMES:
                setattr(row, name, columns[name])
        rows.bulk_update(batch, NAMES)
        last = batch[-1].id


def leave(apps, schema_editor):
    """Backwards: the columns go, and nothing else is to be done."""


class Migration(migrations.Migration):
    """What the regulator's return and the union's inspection count by, as columns of the row."""

    dependencies = [("casework", "0012_figures")]

    operations = [
        migrations.AddField("complaintrow", "axes", ArrayField(models.CharField(max_length=64), default=list)),
        migrations.AddField("complaintrow", "process", ArrayField(models.CharField(max_length=16), default=list)),
        migrations.RunPython(fill, leave),
    ]
