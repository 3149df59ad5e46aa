"""The sequence in the stream of the last event confirmed: by it the publisher sees that a stream lost its end."""

from django.db import migrations

FORWARD = """
set local lock_timeout = '5s';
alter table events_published add column stored bigint not null default 0;
grant insert (stored) on events_published to dothi_publish;
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0002_publisher_role")]
    operations = [migrations.RunSQL(FORWARD, "alter table events_published drop column stored;")]
