from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Columns for 督办. No complaint had a slip before, so the defaults are right for all old rows."""

    dependencies = [("casework", "0010_special_handling")]

    operations = [
        migrations.AddField("complaintrow", "supervised", models.BooleanField(default=False)),
        migrations.AddField("complaintrow", "slip_due_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "complaintrow",
            models.Index(fields=["due_at", "id"], name="complaint_supervised", condition=Q(supervised=True)),
        ),
        migrations.AddIndex(
            "complaintrow",
            models.Index(fields=["unit", "ended_at"], name="complaint_ended", condition=Q(ended_at__isnull=False)),
        ),
    ]
