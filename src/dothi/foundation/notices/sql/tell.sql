-- Put one notice into an inbox; one of the same occasion stays as it is.
insert into notices_notice (id, person_id, key, kind, sealed, about, at)
values (%(id)s, %(person_id)s, %(key)s, %(kind)s, %(sealed)s, %(about)s, %(at)s)
on conflict (person_id, key) do nothing
