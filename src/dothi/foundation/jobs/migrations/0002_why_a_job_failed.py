"""Why a job failed last: what was raised, and by which line; never its words, which may name a person."""

from django.db import migrations

FORWARD = """
set local lock_timeout = '5s';
create table jobs_failure (
    job bigint primary key,
    reason text not null
);
grant select on jobs_failure to dothi_read;
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_poll_instead_of_notify")]
    operations = [migrations.RunSQL(FORWARD, "drop table jobs_failure;")]
