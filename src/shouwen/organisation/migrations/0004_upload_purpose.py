from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisation", "0003_password_codes_and_uploads")]

    operations = [
        migrations.AddField("upload", "purpose", models.CharField(default="organisation", max_length=20)),
    ]
