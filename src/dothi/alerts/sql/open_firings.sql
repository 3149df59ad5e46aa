-- The things of which a version says something that has not ended, of those asked for.
select thing from alerts_firing
where version_id = %(version)s and cleared_at is null and thing = any(%(things)s)
