"""
The publisher gets a role of its own; the web process may only add to the outbox.

dothi_app neither removes an event before it is published nor says that it was.
"""

from django.db import migrations

FORWARD = """
set local lock_timeout = '5s';
revoke all on events_outbox, events_published from dothi_app;
grant select, insert (id, type, subject, occurred_at, data) on events_outbox to dothi_app;
grant select, delete on events_outbox to dothi_publish;
grant select, delete, insert (stream, done, target, through, cluster) on events_published to dothi_publish;
"""
BACK = """
set local lock_timeout = '5s';
revoke all on events_outbox, events_published from dothi_publish;
grant select, insert (id, type, subject, occurred_at, data), delete on events_outbox to dothi_app;
grant select, delete, insert (stream, done, target, through, cluster) on events_published to dothi_app;
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_outbox")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
