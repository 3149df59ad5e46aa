-- Does a row name this ciphertext?
select from files_file where ciphertext_hash = %(ciphertext_hash)s
