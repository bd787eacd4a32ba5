"""The roll-up, the trigger that keeps it in step with every row of a complaint, whoever writes it, and the first count."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

COUNTED = (
    "received_on", "line", "class_code", "cause", "channel", "liability", "outcome", "timing", "verdict", "replied_at",
    "anonymous", "received_at", "secret", "merged_into",
)
COLUMNS = "sign, received_on, line, class_code, cause, channel, anonymous, liability, outcome, timing, verdict, reply_seconds"


def change(sign, row):
    return (
        f"IF NOT {row}.secret AND {row}.merged_into IS NULL THEN "
        f"INSERT INTO insight_figurechange ({COLUMNS}) VALUES ({sign}, {row}.received_on, {row}.line, {row}.class_code, "
        f"{row}.cause, {row}.channel, {row}.anonymous, {row}.liability, {row}.outcome, {row}.timing, {row}.verdict, "
        f"floor(extract(epoch FROM {row}.replied_at - {row}.received_at))); END IF;"
    )


FORWARD = [
    "CREATE FUNCTION insight_note_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_OP <> 'INSERT' THEN {change(-1, 'OLD')} END IF; "
    f"IF TG_OP <> 'DELETE' THEN {change(1, 'NEW')} END IF; "
    "RETURN NULL; END $$",
    "CREATE TRIGGER insight_counts_new AFTER INSERT OR DELETE ON casework_complaintrow "
    "FOR EACH ROW EXECUTE FUNCTION insight_note_change()",
    "CREATE TRIGGER insight_counts_changed AFTER UPDATE ON casework_complaintrow FOR EACH ROW "
    f"WHEN ({' OR '.join(f'OLD.{name} IS DISTINCT FROM NEW.{name}' for name in COUNTED)}) "
    "EXECUTE FUNCTION insight_note_change()",
    f"INSERT INTO insight_figurechange ({COLUMNS}) SELECT 1, received_on, line, class_code, cause, channel, anonymous, liability, outcome, "
    "timing, verdict, floor(extract(epoch FROM replied_at - received_at)) FROM casework_complaintrow "
    "WHERE NOT secret AND merged_into IS NULL",
]
BACKWARD = [
    "DROP TRIGGER insight_counts_changed ON casework_complaintrow",
    "DROP TRIGGER insight_counts_new ON casework_complaintrow",
    "DROP FUNCTION insight_note_change()",
]
MEASURES = (
    "received", "open", "answered", "declined", "withdrawn", "replied", "in_time", "late", "dissatisfied", "satisfied",
    "delighted", "unmeasured", "reply_seconds",
)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("casework", "0012_figures")]

    operations = [
        migrations.CreateModel(
            "FigureChange",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sign", models.SmallIntegerField()),
                ("received_on", models.DateField()),
                ("line", ArrayField(models.IntegerField())),
                ("class_code", models.CharField(max_length=64)),
                ("cause", models.CharField(max_length=64)),
                ("channel", models.CharField(max_length=32)),
                ("anonymous", models.BooleanField()),
                ("liability", models.CharField(max_length=64)),
                ("outcome", models.CharField(max_length=10)),
                ("timing", models.CharField(max_length=8)),
                ("verdict", models.CharField(max_length=10)),
                ("reply_seconds", models.BigIntegerField(null=True)),
            ],
            options={"verbose_name": "change of figures"},
        ),
        migrations.CreateModel(
            "Figure",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.IntegerField()),
                ("day", models.DateField()),
                ("dimension", models.CharField(max_length=10)),
                ("code", models.CharField(max_length=64)),
                *((name, models.IntegerField()) for name in MEASURES[:-1]),
                ("reply_seconds", models.BigIntegerField()),
            ],
            options={"verbose_name": "figure"},
        ),
        migrations.AddConstraint(
            "Figure", models.UniqueConstraint(fields=["unit", "day", "dimension", "code"], name="figure_once")
        ),
        migrations.RunSQL([(sql, None) for sql in FORWARD], [(sql, None) for sql in BACKWARD]),
    ]
