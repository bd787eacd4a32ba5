from django.db import migrations, models
from django.db.models import Q

AT_A_TIME = 2_000


def fill(apps, schema_editor):
    """The columns of old rows, from their states by the rules of today; a bank's years go through in batches along the key."""
    from shouwen.casework.rules import policy_of
    from shouwen.core.complaint import read_complaint
    from shouwen.core.figures import ratio_of
    from shouwen.core.loyalty import solution_of

    rows = apps.get_model("casework", "ComplaintRow").objects
    last = 0
    while batch := list(rows.filter(id__gt=last).order_by("id").only("id", "state")[:AT_A_TIME]):
        for row in batch:
            complaint = read_complaint(row.state)
            row.ratio = ratio_of(complaint)
            row.solution = solution_of(complaint, policy_of(complaint.policy)) or ""
        rows.bulk_update(batch, ["ratio", "solution"])
        last = batch[-1].id


def leave(apps, schema_editor):
    """Backwards: the columns go, and nothing else is to be done."""


def index(name, *fields, condition):
    return migrations.AddIndex("complaintrow", models.Index(fields=fields, name=name, condition=condition))


class Migration(migrations.Migration):
    """满意度比值和处理效果 as columns of the row, for the figures of satisfaction and loyalty and their lists."""

    dependencies = [("casework", "0013_axes")]

    operations = [
        migrations.AddField("complaintrow", "ratio", models.CharField(max_length=16, default="")),
        migrations.AddField("complaintrow", "solution", models.CharField(max_length=16, default="")),
        migrations.RunPython(fill, leave),
        index("complaint_ratio", "ratio", "-received_at", "-id", condition=~Q(ratio="")),
        index("complaint_solution", "solution", "-received_at", "-id", condition=~Q(solution="")),
    ]
