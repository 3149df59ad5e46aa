"""
Entries, links to persons, leaves, tiles, checkpoints: rows that are only ever added.

dothi_app may insert entries and links, but not choose `tx`, by which the sequencer finds them;
dothi_seal alone writes the tree; dothi_erase may delete links and nothing else. Nobody updates.
"""

from django.db import migrations

FORWARD = """
set local lock_timeout = '5s';
create table ledger_entry (
    id uuid primary key,
    kind text not null check (kind in ('act', 'read')),
    act text not null,
    object text not null,
    recorded_at timestamptz not null,
    body bytea not null check (octet_length(body) <= 65535),
    tx xid8 not null default pg_current_xact_id()
);
create index ledger_entry_tx on ledger_entry (tx, id);
create index ledger_entry_object on ledger_entry (object, recorded_at);
-- Bodies are hashes and ids: they do not compress, so do not try on each insert.
alter table ledger_entry alter column body set storage external;

create table ledger_link (
    entry_id uuid not null,
    place smallint not null check (place >= 0),
    ref bytea not null check (octet_length(ref) = 32),
    seed bytea not null check (octet_length(seed) >= 17),
    primary key (entry_id, place)
);
create index ledger_link_ref on ledger_link (ref, entry_id);

create table ledger_leaf (
    index bigint primary key check (index >= 0),
    entry_id uuid not null unique,
    hash bytea not null check (octet_length(hash) = 32)
);
create table ledger_tile (
    level smallint not null,
    n bigint not null,
    data bytea not null check (octet_length(data) = 8192),
    root bytea not null check (octet_length(root) = 32),
    primary key (level, n)
);
create table ledger_checkpoint (
    size bigint primary key check (size > 0),
    root bytea not null check (octet_length(root) = 32),
    note text not null,
    signed_at timestamptz not null,
    snapshot pg_snapshot not null,
    cluster bigint not null
);
revoke all on ledger_entry, ledger_link, ledger_leaf, ledger_tile, ledger_checkpoint from dothi_app;
grant select on ledger_entry, ledger_link, ledger_leaf, ledger_tile, ledger_checkpoint to dothi_app;
grant insert (id, kind, act, object, recorded_at, body) on ledger_entry to dothi_app;
grant insert (entry_id, place, ref, seed) on ledger_link to dothi_app;
grant select on ledger_entry to dothi_seal;
grant select, insert on ledger_leaf, ledger_tile, ledger_checkpoint to dothi_seal;
grant select, delete on ledger_link to dothi_erase;
-- An erasure is itself recorded.
grant select on ledger_entry to dothi_erase;
grant insert (id, kind, act, object, recorded_at, body) on ledger_entry to dothi_erase;
grant insert (entry_id, place, ref, seed) on ledger_link to dothi_erase;
grant select on ledger_entry, ledger_leaf, ledger_tile, ledger_checkpoint to dothi_read;
"""


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.RunSQL(
            FORWARD,
            "drop table ledger_checkpoint, ledger_tile, ledger_leaf, ledger_link, ledger_entry;",
        )
    ]
