"""Keep the answers that a correction request found, so that the desk sees what was changed after it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0002_steps_are_never_changed")]

    operations = [
        migrations.AddField(
            model_name="correction",
            name="before",
            field=models.BinaryField(default=bytes, help_text="sealed JSON of the answers when it was asked"),
        ),
    ]
