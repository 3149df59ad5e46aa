"""Tell listeners of every change, let the broker's role read, and take away what the application never does."""

from django.db import migrations

TABLES = ("clients_client", "clients_certificate", "clients_right", "clients_revocation")
FUNCTION = """
create function clients_told() returns trigger language plpgsql as $$
begin
    perform pg_notify('dothi_rights', '');
    return null;
end $$;
"""
TRIGGERS = "".join(
    f"create trigger told after insert or update or delete on {one} for each statement execute function clients_told();"
    for one in TABLES
)
# The role is made at the start of a node; a database without it has no broker beside it.
GRANTS = f"""
do $$ begin
    if exists (select from pg_roles where rolname = 'dothi_context') then
        grant select on {", ".join(TABLES)} to dothi_context;
    end if;
end $$;
"""
KEPT = "revoke delete on clients_client, clients_certificate, clients_right from dothi_app;"


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0001_clients_and_rights'),
    ]

    operations = [
        migrations.RunSQL(FUNCTION + TRIGGERS + GRANTS + KEPT, "drop function clients_told() cascade;"),
    ]
