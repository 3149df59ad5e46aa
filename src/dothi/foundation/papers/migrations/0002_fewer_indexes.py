"""Drop the indexes for `like` on things and on signing certificates, which nobody asks."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('papers', '0001_papers_and_credentials'),
    ]

    operations = [
        migrations.AlterField(
            model_name='paper',
            name='about',
            field=models.CharField(max_length=200),
        ),
        migrations.AlterField(
            model_name='paper',
            name='signed_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='papers.credential'),
        ),
        migrations.AddIndex(
            model_name='paper',
            index=models.Index(fields=['about'], name='paper_about'),
        ),
    ]
