-- Take one task off the list; one that is finished or was never posted stays as it is.
update tasks_task set finished_at = %(at)s where key = %(key)s and finished_at is null
