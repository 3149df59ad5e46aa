"""
The outbox, how far it is published, and what consumers have handled.

Rows of the outbox are never updated: `tx` and a snapshot of what was published tell the rest.
"""

from django.db import migrations

FORWARD = """
set local lock_timeout = '5s';
create table events_outbox (
    id uuid primary key,
    seq bigint not null generated always as identity,
    type text not null,
    subject text not null,
    occurred_at timestamptz not null,
    data text not null,
    tx xid8 not null default pg_current_xact_id()
);
create index events_outbox_tx on events_outbox (tx);

create table events_published (
    n bigint primary key generated always as identity,
    stream text not null,
    done pg_snapshot not null,
    target pg_snapshot,
    through bigint not null default 0,
    cluster bigint not null
);
create table events_handled (
    consumer text not null,
    event_id uuid not null,
    primary key (consumer, event_id)
);
revoke all on events_outbox, events_published, events_handled from dothi_app;
grant select, insert (id, type, subject, occurred_at, data), delete on events_outbox to dothi_app;
grant select, delete, insert (stream, done, target, through, cluster) on events_published to dothi_app;
grant select, insert, delete on events_handled to dothi_app;
grant insert (id, type, subject, occurred_at, data) on events_outbox to dothi_erase;
grant select on events_outbox, events_published to dothi_read;
"""


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.RunSQL(FORWARD, "drop table events_handled, events_published, events_outbox;")
    ]
