-- Let a version remember nothing.
delete from alerts_memory where version_id = %(version)s
