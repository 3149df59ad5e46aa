"""Subject keys and erasures. Nobody updates a key; only dothi_erase deletes one."""

from django.db import migrations

FORWARD = """
set local lock_timeout = '5s';
create table keys_subject_key (
    subject uuid not null,
    version smallint not null,
    wrapped bytea not null,
    made_in xid8 not null default pg_current_xact_id(),
    primary key (subject, version)
);
create table keys_erasure (
    subject uuid primary key,
    erased_at timestamptz not null,
    law text not null
);
revoke all on keys_subject_key, keys_erasure from dothi_app;
grant select, insert (subject, version, wrapped) on keys_subject_key to dothi_app;
grant select on keys_erasure to dothi_app;
grant select, delete on keys_subject_key to dothi_erase;
grant select, insert on keys_erasure to dothi_erase;
"""


class Migration(migrations.Migration):
    initial = True
    operations = [migrations.RunSQL(FORWARD, "drop table keys_erasure, keys_subject_key;")]
