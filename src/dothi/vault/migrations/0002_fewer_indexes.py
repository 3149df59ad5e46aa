"""Drop the index on owners: the one on owner, kind and status begins with it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('vault', '0001_results_consents_reuses'),
    ]

    operations = [
        migrations.AlterField(
            model_name='result',
            name='owner_id',
            field=models.UUIDField(),
        ),
    ]
