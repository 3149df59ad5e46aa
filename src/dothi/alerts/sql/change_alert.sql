-- How an alert stands now.
update alerts_alert
set number = %(number)s, state = %(state)s, level = %(level)s, snoozed_until = %(snoozed_until)s,
    label = %(label)s, next_at = %(next_at)s, closed_at = %(closed_at)s,
    closed_recorded_at = %(closed_recorded_at)s
where id = %(id)s
