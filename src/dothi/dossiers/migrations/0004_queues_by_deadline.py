"""Let a desk's queue be read by deadline, and what moved since by act; drop indexes that say what others say."""

import datetime
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0003_answers_before_a_correction'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='dossier',
            name='dossier_queue',
        ),
        migrations.AlterField(
            model_name='step',
            name='dossier',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='dossiers.dossier'),
        ),
        migrations.AddIndex(
            model_name='dossier',
            index=models.Index(models.F('unit_id'), django.db.models.functions.comparison.Coalesce('due_at', models.Value(datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), models.DateTimeField())), models.F('id'), condition=models.Q(('code', ''), _negated=True), name='dossier_queue'),
        ),
        migrations.AddIndex(
            model_name='dossier',
            index=models.Index(fields=['unit_id', 'state'], name='dossier_by_state'),
        ),
        migrations.AddIndex(
            model_name='step',
            index=models.Index(fields=['unit_id', 'at'], name='step_of_unit'),
        ),
    ]
