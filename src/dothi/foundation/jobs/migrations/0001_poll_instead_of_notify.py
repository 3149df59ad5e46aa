"""
Let workers poll for new jobs, instead of a NOTIFY in the transaction of the act.

A transaction that notifies takes one lock of the whole cluster before it commits and keeps it until
its commit is on disk: all acts that defer a job would commit one after another.
"""

from django.db import migrations

FORWARD = """
set local lock_timeout = '5s';
drop trigger procrastinate_jobs_notify_queue_job_inserted_v1 on procrastinate_jobs;
"""
BACKWARD = """
create trigger procrastinate_jobs_notify_queue_job_inserted_v1
    after insert on procrastinate_jobs for each row when ((new.status = 'todo'::procrastinate_job_status))
    execute procedure procrastinate_notify_queue_job_inserted_v1();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("procrastinate", "0041_post_retry_failed_job")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
