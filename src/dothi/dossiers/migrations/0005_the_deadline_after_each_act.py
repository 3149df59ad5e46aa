"""Keep the deadline that each act led to, so that the past counts by the deadlines of its time."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0004_queues_by_deadline'),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name='step',
            name='due_at',
            field=models.DateTimeField(help_text='deadline after the act, 9999 for none; null: not kept then', null=True),
        ),
    ]
