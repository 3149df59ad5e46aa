-- Versions that are live or in shadow, by code, the live one first; not those in quarantine.
select standing.version_id, version.unit_id, standing.live
from alerts_standing standing join alerts_ruleversion version on version.id = standing.version_id
where standing.until is null
  and not exists (select from alerts_finding found where found.version_id = standing.version_id
                  and found.quarantined_at is not null and found.lifted_at is null)
order by standing.code, standing.live desc, standing.version_id
