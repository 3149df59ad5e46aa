-- Give a subject its key, unless it has one or was erased.
insert into keys_subject_key (subject, version, wrapped)
select %(subject)s, %(version)s, %(wrapped)s
where not exists (select from keys_erasure where subject = %(subject)s)
on conflict (subject, version) do nothing
