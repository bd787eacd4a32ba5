"""Count by the axes of an authority's return and by the facts of an inspection; keep reports that nobody can change."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models import Q
from django.db.models.deletion import PROTECT

COUNTED = (
    "received_on", "line", "class_code", "cause", "channel", "liability", "outcome", "timing", "verdict", "replied_at",
    "anonymous", "received_at", "secret", "merged_into", "axes", "process",
)
COLUMNS = (
    "sign, received_on, line, class_code, cause, channel, anonymous, liability, outcome, timing, verdict, reply_seconds, "
    "axes, process"
)
RECOUNT = [
    "DELETE FROM insight_figurechange",
    "DELETE FROM insight_figure",
    f"INSERT INTO insight_figurechange ({COLUMNS}) SELECT 1, received_on, line, class_code, cause, channel, anonymous, liability, "
    "outcome, timing, verdict, floor(extract(epoch FROM replied_at - received_at)), axes, process FROM casework_complaintrow "
    "WHERE NOT secret AND merged_into IS NULL",
]


def change(sign, row):
    return (
        f"IF NOT {row}.secret AND {row}.merged_into IS NULL THEN "
        f"INSERT INTO insight_figurechange ({COLUMNS}) VALUES ({sign}, {row}.received_on, {row}.line, {row}.class_code, "
        f"{row}.cause, {row}.channel, {row}.anonymous, {row}.liability, {row}.outcome, {row}.timing, {row}.verdict, "
        f"floor(extract(epoch FROM {row}.replied_at - {row}.received_at)), {row}.axes, {row}.process); END IF;"
    )


FORWARD = [
    "CREATE OR REPLACE FUNCTION insight_note_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_OP <> 'INSERT' THEN {change(-1, 'OLD')} END IF; "
    f"IF TG_OP <> 'DELETE' THEN {change(1, 'NEW')} END IF; "
    "RETURN NULL; END $$",
    "DROP TRIGGER insight_counts_changed ON casework_complaintrow",
    "CREATE TRIGGER insight_counts_changed AFTER UPDATE ON casework_complaintrow FOR EACH ROW "
    f"WHEN ({' OR '.join(f'OLD.{name} IS DISTINCT FROM NEW.{name}' for name in COUNTED)}) "
    "EXECUTE FUNCTION insight_note_change()",
    *RECOUNT,
]
KEPT = ("insight_archivedreport", "insight_reportreceipt", "insight_reportlook")
GUARD = [
    "CREATE FUNCTION insight_archive_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION 'An archived report, its receipt and its copies on record are never changed or removed.'; END $$",
    *(
        f"CREATE TRIGGER report_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION insight_archive_is_append_only()"
        for table in KEPT
    ),
    *(
        f"CREATE TRIGGER report_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION insight_archive_is_append_only()"
        for table in KEPT
    ),
]
OPEN = [
    *(f"DROP TRIGGER report_no_truncate ON {table}" for table in KEPT),
    *(f"DROP TRIGGER report_append_only ON {table}" for table in KEPT),
    "DROP FUNCTION insight_archive_is_append_only()",
]


def key():
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_figures"), ("casework", "0013_axes")]

    operations = [
        migrations.AddField("figurechange", "axes", ArrayField(models.CharField(max_length=64), default=list)),
        migrations.AddField("figurechange", "process", ArrayField(models.CharField(max_length=16), default=list)),
        migrations.RunSQL([(sql, None) for sql in FORWARD], migrations.RunSQL.noop),
        migrations.CreateModel(
            "ScheduledReport",
            [
                key(),
                ("kind", models.CharField(max_length=12)),
                ("unit", models.IntegerField()),
                (
                    "rhythm",
                    models.CharField(
                        choices=[("month", "every month"), ("quarter", "every quarter"), ("year", "every year")],
                        max_length=8,
                    ),
                ),
                ("duty", models.CharField(max_length=32)),
                ("to_unit", models.IntegerField()),
                ("since", models.DateField()),
                ("made_by", models.IntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                ("ended_by", models.IntegerField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={"verbose_name": "scheduled report"},
        ),
        migrations.AddConstraint(
            "ScheduledReport",
            models.UniqueConstraint(
                fields=["kind", "unit", "rhythm"], name="report_schedule_once", condition=Q(ended_at__isnull=True)
            ),
        ),
        migrations.CreateModel(
            "ArchivedReport",
            [
                key(),
                ("schedule", models.ForeignKey("insight.scheduledreport", PROTECT, related_name="reports")),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("version", models.SmallIntegerField()),
                ("policy", models.CharField(max_length=100)),
                ("made_by", models.IntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                ("delivered_to", ArrayField(models.IntegerField())),
                ("figures", models.TextField()),
                ("workbook", models.BinaryField()),
                ("workbook_digest", models.CharField(max_length=64)),
                ("pdf", models.BinaryField(null=True)),
                ("pdf_digest", models.CharField(default="", max_length=64)),
                ("link", models.CharField(max_length=64)),
            ],
            options={"verbose_name": "archived report"},
        ),
        migrations.AddConstraint(
            "ArchivedReport",
            models.UniqueConstraint(fields=["schedule", "first", "version"], name="report_version_once"),
        ),
        migrations.AddIndex("ArchivedReport", models.Index(fields=["-first", "-id"], name="report_newest")),
        migrations.CreateModel(
            "ReportReceipt",
            [
                key(),
                ("report", models.OneToOneField("insight.archivedreport", PROTECT, related_name="receipt")),
                ("by", models.IntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={"verbose_name": "receipt of a report"},
        ),
        migrations.CreateModel(
            "ReportLook",
            [
                key(),
                ("report", models.ForeignKey("insight.archivedreport", PROTECT, related_name="looks")),
                ("form", models.CharField(max_length=4)),
                ("by", models.IntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={"verbose_name": "copy of a report"},
        ),
        migrations.RunSQL([(sql, None) for sql in GUARD], [(sql, None) for sql in OPEN]),
    ]
