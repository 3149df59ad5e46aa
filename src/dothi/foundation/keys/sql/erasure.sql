-- When and by which law a subject was erased.
select erased_at, law from keys_erasure where subject = %(subject)s
