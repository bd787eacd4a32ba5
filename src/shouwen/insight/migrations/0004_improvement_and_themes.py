"""改进事项 with their steps, which nobody changes; and the words of complaints, counted."""
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


GUARD = (
    "CREATE SEQUENCE insight_improvement_number",
    "CREATE FUNCTION insight_steps_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION 'A step of an improvement item is never changed or removed.'; END $$",
    "CREATE TRIGGER improvement_append_only BEFORE UPDATE OR DELETE ON insight_improvementstep "
    "FOR EACH ROW EXECUTE FUNCTION insight_steps_are_append_only()",
    "CREATE TRIGGER improvement_no_truncate BEFORE TRUNCATE ON insight_improvementstep "
    "FOR EACH STATEMENT EXECUTE FUNCTION insight_steps_are_append_only()",
)
OPEN = (
    "DROP TRIGGER improvement_no_truncate ON insight_improvementstep",
    "DROP TRIGGER improvement_append_only ON insight_improvementstep",
    "DROP FUNCTION insight_steps_are_append_only()",
    "DROP SEQUENCE insight_improvement_number",
)


class Migration(migrations.Migration):

    dependencies = [
        ('insight', '0003_satisfaction_and_loyalty'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImprovementItem',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('key', models.UUIDField(unique=True)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('kind', models.CharField(max_length=12)),
                ('field', models.CharField(max_length=12)),
                ('origin', models.CharField(max_length=12)),
                ('reference', models.CharField(default='', max_length=64)),
                ('title', models.CharField(max_length=250)),
                ('text', models.CharField(max_length=4000)),
                ('proposed_by', models.IntegerField()),
                ('proposed_unit', models.IntegerField()),
                ('proposed_on', models.DateField()),
                ('owner_unit', models.IntegerField()),
                ('measured_unit', models.IntegerField(null=True)),
                ('measured_dimension', models.CharField(default='', max_length=10)),
                ('measured_code', models.CharField(default='', max_length=64)),
                ('state', models.CharField(max_length=12)),
                ('owner', models.IntegerField(null=True)),
                ('due_on', models.DateField(null=True)),
                ('decided_by', models.IntegerField(null=True)),
                ('reason', models.CharField(default='', max_length=4000)),
                ('measure', models.CharField(default='', max_length=4000)),
                ('done_by', models.IntegerField(null=True)),
                ('done_on', models.DateField(null=True)),
                ('finding', models.CharField(default='', max_length=16)),
                ('judged_by', models.IntegerField(null=True)),
                ('told', models.SmallIntegerField(default=0)),
                ('look_on', models.DateField(null=True)),
                ('version', models.IntegerField(default=1)),
                ('audience', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ],
            options={
                'verbose_name': 'improvement item',
                'indexes': [models.Index(condition=models.Q(('look_on__isnull', False)), fields=['look_on'], name='improvement_look'), models.Index(condition=models.Q(('state', 'accepted')), fields=['owner', 'due_on'], name='improvement_owner'), models.Index(fields=['state', '-id'], name='improvement_state'), models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['origin', 'reference'], name='improvement_origin'), django.contrib.postgres.indexes.GinIndex(fields=['audience'], name='improvement_audience')],
            },
        ),
        migrations.CreateModel(
            name='ThemeText',
            fields=[
                ('complaint_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('version', models.IntegerField()),
                ('day', models.DateField()),
                ('line', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('words', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), size=None)),
            ],
            options={
                'verbose_name': 'words of a complaint',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['words'], name='theme_words'), models.Index(fields=['day'], name='theme_text_day')],
            },
        ),
        migrations.CreateModel(
            name='ThemeWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.IntegerField()),
                ('day', models.DateField()),
                ('word', models.CharField(max_length=32)),
                ('complaints', models.IntegerField()),
            ],
            options={
                'verbose_name': 'word count',
                'indexes': [models.Index(fields=['day'], name='theme_word_day')],
                'constraints': [models.UniqueConstraint(fields=('unit', 'day', 'word'), name='theme_word_once')],
            },
        ),
        migrations.CreateModel(
            name='ImprovementStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.IntegerField()),
                ('act', models.CharField(max_length=12)),
                ('by', models.IntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('text', models.CharField(default='', max_length=4000)),
                ('owner_unit', models.IntegerField(null=True)),
                ('owner', models.IntegerField(null=True)),
                ('due_on', models.DateField(null=True)),
                ('finding', models.CharField(default='', max_length=16)),
                ('told', models.SmallIntegerField(null=True)),
                ('figures', models.JSONField(null=True)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='insight.improvementitem')),
            ],
            options={
                'verbose_name': 'step of an improvement item',
                'constraints': [models.UniqueConstraint(fields=('item', 'seq'), name='improvement_step_once')],
            },
        ),
        migrations.RunSQL([(sql, None) for sql in GUARD], [(sql, None) for sql in OPEN]),
    ]
