-- Take one task off the list and put the next one on it; a task that is there already stays as it is.
with finished as (
    update tasks_task set finished_at = %(at)s where key = %(done)s and finished_at is null
)
insert into tasks_task (id, key, unit_id, duty, title, facts, about, due_at, posted_at)
values (%(id)s, %(key)s, %(unit_id)s, %(duty)s, %(title)s, %(facts)s, %(about)s, %(due_at)s, %(at)s)
on conflict (key) do nothing
