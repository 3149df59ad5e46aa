-- On which dossier the act with this key was done, if it was.
select dossier_id from dossiers_step where id = %(key)s
