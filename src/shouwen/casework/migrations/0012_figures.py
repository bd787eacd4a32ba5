from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.models import Q

AT_A_TIME = 2_000


def fill(apps, schema_editor):
    """The columns of old rows, from their states by the rules of today; a bank's years go through in batches along the key."""
    from shouwen.casework.rows import columns_of
    from shouwen.core.complaint import read_complaint

    rows = apps.get_model("casework", "ComplaintRow").objects
    names = ("received_on", "line", "cause", "liability", "outcome", "timing", "verdict", "replied_at")
    last = 0
    while batch := list(rows.filter(id__gt=last).order_by("id").only("id", "state")[:AT_A_TIME]):
        for row in batch:
            columns = columns_of(read_complaint(row.state))
            for name in names:
                setattr(row, name, columns[name])
        rows.bulk_update(batch, names)
        last = batch[-1].id


def leave(apps, schema_editor):
    """Backwards: the columns go, and nothing else is to be done."""


def index(name, *fields, condition):
    return migrations.AddIndex("complaintrow", models.Index(fields=fields, name=name, condition=condition))


class Migration(migrations.Migration):
    """What the statistics count by, as columns of the row, so that each figure's list can be asked for."""

    dependencies = [("casework", "0011_supervision")]

    operations = [
        migrations.AddField("complaintrow", "received_on", models.DateField(default=date(1970, 1, 1))),
        migrations.AddField("complaintrow", "line", ArrayField(models.IntegerField(), default=list)),
        migrations.AddField("complaintrow", "cause", models.CharField(max_length=64, default="")),
        migrations.AddField("complaintrow", "liability", models.CharField(max_length=64, default="")),
        migrations.AddField("complaintrow", "outcome", models.CharField(max_length=10, default="open")),
        migrations.AddField("complaintrow", "timing", models.CharField(max_length=8, default="")),
        migrations.AddField("complaintrow", "verdict", models.CharField(max_length=10, default="")),
        migrations.AddField("complaintrow", "replied_at", models.DateTimeField(null=True)),
        migrations.RunPython(fill, leave),
        index("complaint_cause", "cause", "-received_at", "-id", condition=~Q(cause="")),
        index("complaint_liability", "liability", "-received_at", "-id", condition=~Q(liability="")),
        index("complaint_late", "-received_at", "-id", condition=Q(timing="late")),
        index("complaint_verdict", "verdict", "-received_at", "-id", condition=~Q(verdict="")),
        index("complaint_about", "employee_about", condition=Q(employee_about__isnull=False)),
        migrations.AddIndex(
            "complaintrow", GinIndex(fields=["recused"], name="complaint_recused", condition=~Q(recused=[]))
        ),
    ]
