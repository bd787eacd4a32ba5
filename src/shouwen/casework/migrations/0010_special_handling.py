import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0009_clocks")]

    operations = [
        migrations.AddField(
            "complaintrow",
            "recused",
            django.contrib.postgres.fields.ArrayField(models.IntegerField(), default=list),
        ),
        migrations.AddField(
            "complaintrow",
            "earlier",
            django.contrib.postgres.fields.ArrayField(models.CharField(max_length=20), default=list),
        ),
        migrations.AddField("complaintrow", "merged_into", models.CharField(max_length=20, null=True)),
        migrations.AddField("complaintrow", "grouped", models.BooleanField(default=False)),
        migrations.AddField("complaintrow", "withdrawal_asked", models.BooleanField(default=False)),
        migrations.AddField("complaintrow", "disputed", models.BooleanField(default=False)),
        migrations.RunSQL(
            """
            UPDATE casework_complaintrow
            SET earlier = ARRAY(SELECT json_array_elements_text(state->'earlier'))
            WHERE repeat
            """,
            migrations.RunSQL.noop,
        ),
    ]
