"""Files: rows are inserted and deleted, never updated."""

from django.db import migrations

FORWARD = """
set local lock_timeout = '5s';
create table files_file (
    id uuid primary key,
    owner uuid not null,
    key bytea not null,
    name bytea not null,
    media_type text not null,
    size bigint not null check (size > 0),
    ciphertext_hash bytea not null unique check (octet_length(ciphertext_hash) = 32),
    stored_at timestamptz not null
);
create index files_file_owner on files_file (owner);
revoke all on files_file from dothi_app;
grant select, insert, delete on files_file to dothi_app;
"""


class Migration(migrations.Migration):
    initial = True
    operations = [migrations.RunSQL(FORWARD, "drop table files_file;")]
