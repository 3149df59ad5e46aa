-- Drop all notes but the newest.
delete from events_published
where stream = %(stream)s and n < (select max(n) from events_published where stream = %(stream)s)
