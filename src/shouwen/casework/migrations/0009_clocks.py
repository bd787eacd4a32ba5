import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models import Q

RUNNING = "FROM json_array_elements(state->'clocks') clock WHERE clock->>'stopped' IS NULL"
OLD_ROWS = f"""
    UPDATE casework_complaintrow SET
        timer_at = least(
            (SELECT min((clock->'limit'->>'at')::timestamptz) {RUNNING}),
            CASE WHEN sign_due_at IS NULL THEN (state->'offer'->'sign_by'->'limit'->>'at')::timestamptz END
        ),
        provisional = coalesce((SELECT bool_or((clock->'limit'->>'provisional')::boolean) {RUNNING}), false)
            OR (sign_due_at IS NULL AND coalesce((state->'offer'->'sign_by'->'limit'->>'provisional')::boolean, false))
    WHERE is_open AND due_at IS NOT NULL
"""


class Migration(migrations.Migration):
    """Columns for the timer. A clock from before has no marks but its limit, so the old rows need no journal to be read."""

    dependencies = [("casework", "0008_returned_and_case_drafts")]

    operations = [
        migrations.AddField("complaintrow", "timer_at", models.DateTimeField(null=True)),
        migrations.AddField("complaintrow", "provisional", models.BooleanField(default=False)),
        migrations.AddField("complaintrow", "paused", models.BooleanField(default=False)),
        migrations.AddField("complaintrow", "alarm", models.CharField(max_length=10, default="")),
        migrations.AddField(
            "complaintrow",
            "escalated_to",
            django.contrib.postgres.fields.ArrayField(models.IntegerField(), null=True),
        ),
        migrations.AddField("complaintrow", "extension_asked_at", models.DateTimeField(null=True)),
        migrations.RunSQL(OLD_ROWS, migrations.RunSQL.noop),
        migrations.AddIndex(
            "complaintrow",
            models.Index(fields=["timer_at", "id"], name="complaint_timer", condition=Q(timer_at__isnull=False)),
        ),
        migrations.AddIndex(
            "complaintrow",
            models.Index(fields=["id"], name="complaint_provisional", condition=Q(provisional=True)),
        ),
        migrations.AddIndex(
            "complaintrow",
            django.contrib.postgres.indexes.GinIndex(
                fields=["escalated_to"], name="complaint_escalated", condition=Q(escalated_to__isnull=False)
            ),
        ),
        migrations.AddIndex(
            "complaintrow",
            models.Index(
                fields=["extension_asked_at", "id"],
                name="complaint_extension",
                condition=Q(extension_asked_at__isnull=False),
            ),
        ),
    ]
