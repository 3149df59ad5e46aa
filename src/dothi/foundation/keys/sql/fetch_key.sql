-- The wrapped key of one subject, and whether the running transaction made it.
select wrapped, made_in is not distinct from pg_current_xact_id_if_assigned()
from keys_subject_key
where subject = %(subject)s
order by version desc
limit 1
