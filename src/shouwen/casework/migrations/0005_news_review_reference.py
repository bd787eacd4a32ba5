import json
from typing import Any

from django.db import migrations, models

from shouwen.core.complaint.state import reference_of


def note_references(apps: Any, schema: Any) -> None:
    """The incoming slips on record: their facts stand in the state."""
    rows = apps.get_model("casework", "ComplaintRow")
    for row_id, state in rows.objects.filter(channel="transfer").values_list("id", "state").iterator():
        facts = (json.loads(state) if isinstance(state, str) else state).get("channel_facts", {})
        if reference := reference_of(facts)[:250]:
            rows.objects.filter(id=row_id).update(reference=reference)


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_search_by_audience_and_month")]

    operations = [
        migrations.AddField("complaintrow", "news_at", models.DateTimeField(null=True)),
        migrations.AddField("complaintrow", "review_asked_at", models.DateTimeField(null=True)),
        migrations.AddField("complaintrow", "reference", models.CharField(max_length=250, null=True)),
        migrations.RunPython(note_references, migrations.RunPython.noop),
        migrations.AddIndex(
            "complaintrow",
            models.Index(
                fields=["review_asked_at", "id"],
                name="complaint_review",
                condition=models.Q(review_asked_at__isnull=False),
            ),
        ),
        migrations.AddIndex(
            "complaintrow",
            models.Index(
                fields=["reference"], name="complaint_reference", condition=models.Q(reference__isnull=False)
            ),
        ),
    ]
