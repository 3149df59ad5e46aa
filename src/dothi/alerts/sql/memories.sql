-- What versions of rules remember of things.
select version_id, thing, state from alerts_memory where version_id = any(%(versions)s)
