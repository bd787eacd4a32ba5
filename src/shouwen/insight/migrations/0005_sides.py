"""双赢 as a dimension of the roll-up, counted anew from the rows."""

from importlib import import_module

from django.db import migrations, models

counting = import_module("shouwen.insight.migrations.0003_satisfaction_and_loyalty")
MORE = {"sides"}


def forward(apps, schema_editor):
    names = counting.copied(schema_editor)
    counting.note(schema_editor, names)
    counting.count_anew(schema_editor, names)


def backward(apps, schema_editor):
    """The column is still there; what counts without it is counted when it is gone (`when_back`)."""
    counting.note(schema_editor, [name for name in counting.copied(schema_editor) if name not in MORE])


class Migration(migrations.Migration):
    dependencies = [("casework", "0015_sides"), ("insight", "0004_improvement_and_themes")]

    operations = [
        migrations.RunPython(counting.nothing, counting.when_back),
        migrations.AddField("FigureChange", "sides", models.CharField(max_length=16, default="")),
        migrations.RunPython(forward, backward),
    ]
