"""Let posts carry the duties of the operations center; the past keeps the columns of the present."""

import django.contrib.postgres.fields
from django.db import migrations, models

BEFORE = ['receive', 'process', 'approve', 'sign', 'return', 'administer', 'audit']
SINCE = ['operate', 'dispatch', 'draft_warning', 'approve_warning', 'administer_devices']


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0001_units_and_territory'),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name='post',
            name='post_duties_known',
        ),
        migrations.AlterField(
            model_name='post',
            name='duties',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None),
        ),
        migrations.RunSQL(
            "alter table agencies_post_past alter column duties type varchar(20)[]",
            "alter table agencies_post_past alter column duties type varchar(12)[]",
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('duties__contained_by', BEFORE + SINCE)), name='post_duties_known'),
        ),
    ]
