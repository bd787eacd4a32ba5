from django.db import migrations, models
from django.db.models import Q

AT_A_TIME = 2_000


def fill(apps, schema_editor):
    """The column of old rows, from their states by the rules of today; a bank's years go through in batches along the key."""
    from shouwen.casework.rules import policy_of
    from shouwen.core.complaint import read_complaint
    from shouwen.core.figures import sides_of

    rows = apps.get_model("casework", "ComplaintRow").objects
    last = 0
    while batch := list(rows.filter(id__gt=last, outcome="answered").order_by("id").only("id", "state")[:AT_A_TIME]):
        for row in batch:
            complaint = read_complaint(row.state)
            row.sides = sides_of(complaint, policy_of(complaint.policy)) or ""
        rows.bulk_update([row for row in batch if row.sides], ["sides"])
        last = batch[-1].id


def leave(apps, schema_editor):
    """Backwards: the column goes, and nothing else is to be done."""


class Migration(migrations.Migration):
    """双赢 as a column of the row: how the complaint ended for the customer and for the bank."""

    dependencies = [("casework", "0014_ratio_and_solution")]

    operations = [
        migrations.AddField("complaintrow", "sides", models.CharField(max_length=16, default="")),
        migrations.RunPython(fill, leave),
        migrations.AddIndex(
            "complaintrow",
            models.Index(fields=["sides", "-received_at", "-id"], name="complaint_sides", condition=~Q(sides="")),
        ),
    ]
