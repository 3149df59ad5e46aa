-- Note an erasure; the first one counts.
insert into keys_erasure (subject, erased_at, law) values (%(subject)s, %(erased_at)s, %(law)s)
on conflict (subject) do nothing
