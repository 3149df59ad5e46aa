"""A step is the legal record of an act, and what the clock folds over: nobody rewrites or removes one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_dossiers")]

    operations = [
        migrations.RunSQL(
            "revoke update, delete on dossiers_step from dothi_app;",
            "grant update, delete on dossiers_step to dothi_app;",
        ),
    ]
