"""Number complaints from one sequence, and let nobody change or remove what is on the journal."""

from django.db import migrations

FORWARD = [
    "CREATE SEQUENCE casework_complaint_number",
    "CREATE FUNCTION casework_journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION 'The journal is append-only: entries are never changed or removed.'; END $$",
    "CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON casework_journalentry "
    "FOR EACH ROW EXECUTE FUNCTION casework_journal_is_append_only()",
    "CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON casework_journalentry "
    "FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_is_append_only()",
]
BACKWARD = [
    "DROP TRIGGER journal_no_truncate ON casework_journalentry",
    "DROP TRIGGER journal_append_only ON casework_journalentry",
    "DROP FUNCTION casework_journal_is_append_only()",
    "DROP SEQUENCE casework_complaint_number",
]


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_start")]
    operations = [migrations.RunSQL([(sql, None) for sql in FORWARD], [(sql, None) for sql in BACKWARD])]
