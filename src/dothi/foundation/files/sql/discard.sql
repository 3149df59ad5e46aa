-- Forget a file, and with its key the only way to read it.
delete from files_file where id = %(id)s
