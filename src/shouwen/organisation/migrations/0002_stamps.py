"""Count changes, so that each process knows when what it keeps in memory is out of date."""

from django.db import migrations

WATCHED = {
    "organisation": ("unit", "staff", "holding", "contact", "absence"),
    "calendar": ("calendarday",),
}
# A sign-in writes last_login; that is no change of the organisation.
COLUMNS = {"staff": " OF name, unit_id, phone, is_active"}


def counters() -> list[str]:
    statements = []
    for name, tables in WATCHED.items():
        statements.append(f"INSERT INTO organisation_stamp (name, version) VALUES ('{name}', 0)")
        statements.append(
            f"CREATE FUNCTION organisation_stamp_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"UPDATE organisation_stamp SET version = version + 1 WHERE name = '{name}'; RETURN NULL; END $$"
        )
        statements += [
            f"CREATE TRIGGER stamp_{name} AFTER INSERT OR DELETE OR UPDATE{COLUMNS.get(table, '')} "
            f"ON organisation_{table} FOR EACH STATEMENT EXECUTE FUNCTION organisation_stamp_{name}()"
            for table in tables
        ]
    return statements


def without_counters() -> list[str]:
    statements = [
        f"DROP TRIGGER stamp_{name} ON organisation_{table}" for name, tables in WATCHED.items() for table in tables
    ]
    return statements + [f"DROP FUNCTION organisation_stamp_{name}()" for name in WATCHED]


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_start")]
    operations = [
        migrations.RunSQL([(statement, None) for statement in counters()], [(s, None) for s in without_counters()])
    ]
