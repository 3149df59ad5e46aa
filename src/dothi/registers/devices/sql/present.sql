-- Which of these devices and codes are there already; profiles that are, too.
select 'device', id, profile, owner from telemetry.device where id = any(%(ids)s)
union all
select 'code', encode(claim_hash, 'hex'), id, '' from telemetry.device where claim_hash = any(%(hashes)s)
union all
select 'profile', name, '', '' from telemetry.profile where name = any(%(profiles)s)
