-- One file.
select owner, key, name, media_type, size, ciphertext_hash, stored_at from files_file where id = %(id)s
