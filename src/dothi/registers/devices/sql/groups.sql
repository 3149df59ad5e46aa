-- The names of the groups of some owners, in their order.
select distinct group_name from telemetry.device
where group_name <> '' and (owner = any(%(owners)s) or (owner = '' and %(center)s)) order by group_name
