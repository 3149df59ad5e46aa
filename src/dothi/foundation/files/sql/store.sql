-- Name a ciphertext that is durable on disk.
insert into files_file (id, owner, key, name, media_type, size, ciphertext_hash, stored_at)
values (%(id)s, %(owner)s, %(key)s, %(name)s, %(media_type)s, %(size)s, %(ciphertext_hash)s, %(stored_at)s)
