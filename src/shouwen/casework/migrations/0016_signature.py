from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """待签批 as a column of the row. No pack of before reserves a reply, so no old row waits for a signature."""

    dependencies = [("casework", "0015_sides")]

    operations = [
        migrations.AddField("complaintrow", "signature_awaited", models.BooleanField(default=False)),
        migrations.AddIndex(
            "complaintrow",
            models.Index(fields=["due_at", "id"], name="complaint_to_sign", condition=Q(signature_awaited=True)),
        ),
    ]
