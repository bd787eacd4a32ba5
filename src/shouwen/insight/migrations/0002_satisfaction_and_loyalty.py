"""Two more dimensions of the roll-up, counted anew from the rows; and what the bank loads beside the figures."""

from django.db import migrations, models

COUNTED = (
    "received_on", "line", "class_code", "cause", "channel", "liability", "outcome", "timing", "verdict", "replied_at",
    "anonymous", "received_at", "secret", "merged_into", "ratio", "solution",
)
BEFORE = COUNTED[:-2]
COLUMNS = (
    "sign, received_on, line, class_code, cause, channel, anonymous, liability, outcome, timing, verdict, reply_seconds"
)


def change(sign, row, more):
    names = "".join(f", {name}" for name in more)
    values = "".join(f", {row}.{name}" for name in more)
    return (
        f"IF NOT {row}.secret AND {row}.merged_into IS NULL THEN "
        f"INSERT INTO insight_figurechange ({COLUMNS}{names}) VALUES ({sign}, {row}.received_on, {row}.line, {row}.class_code, "
        f"{row}.cause, {row}.channel, {row}.anonymous, {row}.liability, {row}.outcome, {row}.timing, {row}.verdict, "
        f"floor(extract(epoch FROM {row}.replied_at - {row}.received_at)){values}); END IF;"
    )


def noting(counted, more):
    return [
        "CREATE OR REPLACE FUNCTION insight_note_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {change(-1, 'OLD', more)} END IF; "
        f"IF TG_OP <> 'DELETE' THEN {change(1, 'NEW', more)} END IF; "
        "RETURN NULL; END $$",
        "DROP TRIGGER insight_counts_changed ON casework_complaintrow",
        "CREATE TRIGGER insight_counts_changed AFTER UPDATE ON casework_complaintrow FOR EACH ROW "
        f"WHEN ({' OR '.join(f'OLD.{name} IS DISTINCT FROM NEW.{name}' for name in counted)}) "
        "EXECUTE FUNCTION insight_note_change()",
    ]


def counted_anew(more):
    names = "".join(f", {name}" for name in more)
    return [
        "DELETE FROM insight_figure",
        "DELETE FROM insight_figurechange",
        f"INSERT INTO insight_figurechange ({COLUMNS}{names}) SELECT 1, received_on, line, class_code, cause, channel, anonymous, "
        f"liability, outcome, timing, verdict, floor(extract(epoch FROM replied_at - received_at)){names} "
        "FROM casework_complaintrow WHERE NOT secret AND merged_into IS NULL",
    ]


MORE = ("ratio", "solution")
FORWARD = [*noting(COUNTED, MORE), *counted_anew(MORE)]
BACKWARD = noting(BEFORE, ())
WHEN_BACK = counted_anew(())
"""Backwards, once the columns are gone."""
FORGET = [
    "CREATE FUNCTION insight_forget_activity() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "DELETE FROM insight_activity WHERE complaint_id = NEW.id; RETURN NULL; END $$",
    "CREATE TRIGGER insight_erased AFTER UPDATE OF erased_at ON casework_complainant FOR EACH ROW "
    "WHEN (NEW.erased_at IS NOT NULL) EXECUTE FUNCTION insight_forget_activity()",
]
REMEMBER = [
    "DROP TRIGGER insight_erased ON casework_complainant",
    "DROP FUNCTION insight_forget_activity()",
]


def key():
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def file():
    return ("file", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="insight.loadedfile"))


def once(model, *fields, name):
    return migrations.AddConstraint(model, models.UniqueConstraint(fields=fields, name=name))


class Migration(migrations.Migration):
    dependencies = [("casework", "0013_ratio_and_solution"), ("insight", "0001_figures")]

    operations = [
        migrations.RunSQL(migrations.RunSQL.noop, [(sql, None) for sql in WHEN_BACK]),
        migrations.AddField("FigureChange", "ratio", models.CharField(max_length=16, default="")),
        migrations.AddField("FigureChange", "solution", models.CharField(max_length=16, default="")),
        migrations.RunSQL([(sql, None) for sql in FORWARD], [(sql, None) for sql in BACKWARD]),
        migrations.CreateModel(
            "LoadedFile",
            [
                key(),
                ("kind", models.CharField(max_length=16)),
                ("name", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("loaded_at", models.DateTimeField()),
                *((name, models.IntegerField()) for name in ("rows", "new", "changed", "unchanged", "rejected")),
                ("first_on", models.DateField(null=True)),
                ("last_on", models.DateField(null=True)),
            ],
            options={"verbose_name": "loaded file"},
        ),
        once("LoadedFile", "kind", "digest", name="loaded_file_once"),
        migrations.CreateModel(
            "Activity",
            [
                key(),
                ("complaint_id", models.BigIntegerField()),
                ("customer", models.BigIntegerField()),
                ("day", models.DateField()),
                ("stays", models.BooleanField()),
                ("value", models.DecimalField(max_digits=16, decimal_places=2, null=True)),
                file(),
            ],
            options={"verbose_name": "customer activity"},
        ),
        once("Activity", "complaint_id", "day", name="activity_once"),
        migrations.CreateModel(
            "Denominator",
            [
                key(),
                ("unit", models.IntegerField()),
                ("day", models.DateField()),
                ("outlets", models.IntegerField(null=True)),
                ("customers", models.BigIntegerField(null=True)),
                file(),
            ],
            options={"verbose_name": "denominator"},
        ),
        once("Denominator", "unit", "day", name="denominator_once"),
        migrations.RunSQL([(sql, None) for sql in FORGET], [(sql, None) for sql in REMEMBER]),
    ]
