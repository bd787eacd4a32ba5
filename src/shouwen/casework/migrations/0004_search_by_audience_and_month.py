import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

FILL = """
    UPDATE casework_searchwords s
    SET audience = c.audience,
        words = s.words || to_char(c.received_at AT TIME ZONE 'UTC', '"''@"YYYYMMDD"''" "''@"YYYYMM"''"')::tsvector
    FROM casework_complaintrow c
    WHERE c.id = s.complaint_id
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_repeat_index")]

    operations = [
        migrations.RemoveIndex(model_name="searchwords", name="search_words"),
        migrations.RemoveField(model_name="searchwords", name="received_at"),
        migrations.AddField(
            model_name="searchwords",
            name="audience",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None),
            preserve_default=False,
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="searchwords",
            index=django.contrib.postgres.indexes.GinIndex(fields=["audience", "words"], name="search_audience_words"),
        ),
    ]
