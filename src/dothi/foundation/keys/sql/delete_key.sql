-- Delete every key of a subject.
delete from keys_subject_key where subject = %(subject)s
