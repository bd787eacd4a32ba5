from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What waits for a check is found without reading all that lies with the unit, and reviews by what is due first."""

    dependencies = [("casework", "0016_signature")]

    operations = [
        migrations.AddIndex(
            "complaintrow",
            models.Index(
                fields=["unit", "due_at", "id"],
                name="complaint_to_check",
                condition=Q(Q(stage="reply_drafted") | Q(withdrawal_asked=True), is_open=True),
            ),
        ),
        migrations.RemoveIndex("complaintrow", "complaint_review"),
        migrations.AddIndex(
            "complaintrow",
            models.Index(fields=["due_at", "id"], name="complaint_review", condition=Q(review_asked_at__isnull=False)),
        ),
    ]
