"""Two more dimensions of the roll-up, counted anew from the rows; and what the bank loads beside the figures."""

from django.db import migrations, models

NOT_COPIED = {"id", "sign", "reply_seconds"}
MORE = {"ratio", "solution"}
NAMES_SQL = """
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = 'insight_figurechange' ORDER BY ordinal_position
"""
SECONDS = "floor(extract(epoch FROM {row}replied_at - {row}received_at))"


def copied(schema_editor):
    """The columns of a change that the complaint's row has under the same name: whatever an earlier migration has added, too."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(NAMES_SQL)
        return [name for (name,) in cursor.fetchall() if name not in NOT_COPIED]


def change(sign, row, names):
    values = ", ".join(f"{row}.{name}" for name in names)
    return (
        f"IF NOT {row}.secret AND {row}.merged_into IS NULL THEN "
        f"INSERT INTO insight_figurechange (sign, {', '.join(names)}, reply_seconds) "
        f"VALUES ({sign}, {values}, {SECONDS.format(row=f'{row}.')}); END IF;"
    )


def note(schema_editor, names):
    """Have the trigger copy these columns whenever one of them changes."""
    counted = [*names, "replied_at", "received_at", "secret", "merged_into"]
    for sql in (
        "CREATE OR REPLACE FUNCTION insight_note_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {change(-1, 'OLD', names)} END IF; "
        f"IF TG_OP <> 'DELETE' THEN {change(1, 'NEW', names)} END IF; "
        "RETURN NULL; END $$",
        "DROP TRIGGER insight_counts_changed ON casework_complaintrow",
        "CREATE TRIGGER insight_counts_changed AFTER UPDATE ON casework_complaintrow FOR EACH ROW "
        f"WHEN ({' OR '.join(f'OLD.{name} IS DISTINCT FROM NEW.{name}' for name in counted)}) "
        "EXECUTE FUNCTION insight_note_change()",
    ):
        schema_editor.execute(sql, params=None)


def count_anew(schema_editor, names):
    for sql in (
        "DELETE FROM insight_figure",
        "DELETE FROM insight_figurechange",
        f"INSERT INTO insight_figurechange (sign, {', '.join(names)}, reply_seconds) "
        f"SELECT 1, {', '.join(names)}, {SECONDS.format(row='')} FROM casework_complaintrow "
        "WHERE NOT secret AND merged_into IS NULL",
    ):
        schema_editor.execute(sql, params=None)


def forward(apps, schema_editor):
    names = copied(schema_editor)
    note(schema_editor, names)
    count_anew(schema_editor, names)


def backward(apps, schema_editor):
    """The columns are still there; what counts without them is counted when they are gone (`when_back`)."""
    note(schema_editor, [name for name in copied(schema_editor) if name not in MORE])


def nothing(apps, schema_editor):
    """Forward there is nothing to count before the columns are there."""


def when_back(apps, schema_editor):
    count_anew(schema_editor, copied(schema_editor))


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
    dependencies = [("casework", "0014_ratio_and_solution"), ("insight", "0002_reporting")]

    operations = [
        migrations.RunPython(nothing, when_back),
        migrations.AddField("FigureChange", "ratio", models.CharField(max_length=16, default="")),
        migrations.AddField("FigureChange", "solution", models.CharField(max_length=16, default="")),
        migrations.RunPython(forward, backward),
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
