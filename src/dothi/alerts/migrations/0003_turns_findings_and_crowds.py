import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import dothi.kernel.ids

# The watcher is stopped while a node is migrated, and what is dropped here is only its own.


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0002_room_for_what_other_rooms_tell'),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('number', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('batches', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), help_text='of telemetry; none: time went on to `at`', size=None)),
                ('versions', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), help_text='versions of rules that were at work', size=None)),
                ('kept', models.BooleanField(help_text='memories are kept as they were after it')),
            ],
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.UUIDField(default=dothi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('error', models.CharField(help_text='class of the last exception', max_length=100)),
                ('said', models.TextField(help_text='what it said, cut off')),
                ('thing', models.CharField(max_length=200)),
                ('reading', models.JSONField(help_text='on which it was raised; null: only time went on', null=True)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('times', models.IntegerField()),
                ('quarantined_at', models.DateTimeField(null=True)),
                ('lifted_at', models.DateTimeField(null=True)),
                ('lifted_by', models.UUIDField(help_text='id of the ledger entry of the act that lifted it', null=True)),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='alerts.ruleversion')),
            ],
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.UniqueConstraint(models.F('version'), condition=models.Q(('lifted_at', None)), name='alert_finding_one_open'),
        ),
        migrations.AddField(
            model_name='firing',
            name='alert',
            field=models.ForeignKey(db_index=False, help_text='that tells of all; null: in shadow', null=True, on_delete=django.db.models.deletion.PROTECT, to='alerts.alert'),
        ),
        migrations.AddIndex(
            model_name='firing',
            index=models.Index(models.F('alert'), condition=models.Q(('alert__isnull', False)), name='alert_firing_of_crowd'),
        ),
        migrations.CreateModel(
            name='TrialRun',
            fields=[
                ('id', models.UUIDField(help_text='key of the form that ordered it', primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=60)),
                ('start_at', models.DateTimeField()),
                ('end_at', models.DateTimeField()),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.UUIDField(help_text='person who ordered it', null=True)),
                ('days_done', models.IntegerField(default=0)),
                ('days', models.IntegerField()),
                ('result', models.JSONField(help_text='by version; null: not yet', null=True)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(models.F('code'), models.F('asked_at'), name='alert_trial_by_rule')],
            },
        ),
        migrations.RemoveIndex(
            model_name='memory',
            name='alert_memory_due',
        ),
        migrations.RemoveField(
            model_name='memory',
            name='due_at',
        ),
    ]
