"""A notice says what it tells of; the page knows the address of that."""

from django.conf import settings
from django.db import migrations, models

NAMED = """
update notices_notice set about = 'urn:dothi:' || %s || ':dossier:' || trim(both '/' from substring(about from 11))
where about like '/dossiers/%%'
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_inbox")]
    operations = [
        migrations.RenameField("notice", "link", "about"),
        migrations.AlterField(
            "notice",
            "about",
            models.CharField(max_length=300, help_text="urn of the thing that it tells of"),
        ),
        migrations.RunSQL([(NAMED, [settings.NODE])], migrations.RunSQL.noop),
    ]
