from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0006_attempts")]

    operations = [
        migrations.AddIndex(
            "complaintrow",
            models.Index(
                fields=["responsible", "due_at", "id"],
                name="complaint_waits",
                condition=models.Q(
                    models.Q(("mover__isnull", True), models.Q(("mover", models.F("responsible")), _negated=True), _connector="OR"),
                    ("is_open", True),
                ),
            ),
        ),
    ]
