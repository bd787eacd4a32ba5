from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0005_news_review_reference")]

    operations = [
        migrations.CreateModel(
            name="Attempts",
            fields=[
                ("who", models.BinaryField(primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("count", models.IntegerField()),
            ],
            options={
                "verbose_name": "attempts",
                "indexes": [models.Index(fields=["since"], name="attempts_since")],
            },
        ),
    ]
