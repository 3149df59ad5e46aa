"""Drop the index for `like` on keys, which nobody asks, and keep the one on things to open tasks."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tasks', '0002_tasks_name_things'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='task',
            name='task_about',
        ),
        migrations.AlterField(
            model_name='task',
            name='key',
            field=models.CharField(max_length=200),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(models.F('about'), condition=models.Q(('finished_at', None)), name='task_open_about'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.UniqueConstraint(models.F('key'), name='task_once'),
        ),
    ]
