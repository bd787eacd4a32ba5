from typing import Any

from django.db import migrations, models

from shouwen.core.complaint import read_event, replay, write_complaint

RETURNS = ("sent_back", "reply_returned")


def note_returned(apps: Any, schema: Any) -> None:
    """Complaints that were sent back once: their journals say whether they still lie there."""
    rows, entries = apps.get_model("casework", "ComplaintRow"), apps.get_model("casework", "JournalEntry")
    ids = entries.objects.filter(kind__in=RETURNS).order_by().values_list("complaint_id", flat=True).distinct()
    for complaint_id in ids.iterator():
        bodies = entries.objects.filter(complaint_id=complaint_id).order_by("seq").values_list("body", flat=True)
        complaint = replay([read_event(body) for body in bodies])
        if complaint is not None and complaint.sent_back:
            state = write_complaint(complaint).decode()
            rows.objects.filter(id=complaint_id).update(returned=True, state=state)


class Migration(migrations.Migration):
    dependencies = [("casework", "0007_waiting_for_others")]

    operations = [
        migrations.AddField("complaintrow", "returned", models.BooleanField(default=False)),
        migrations.AddField("draft", "about", models.CharField(max_length=80, default="")),
        migrations.RunPython(note_returned, migrations.RunPython.noop),
    ]
