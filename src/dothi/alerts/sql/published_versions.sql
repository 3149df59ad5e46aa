-- Every published version of every rule with its document, and whether it is live or in shadow; the earliest first.
select version.code, version.version, version.document,
    coalesce(standing.live, false), coalesce(not standing.live, false)
from alerts_ruleversion version
left join alerts_standing standing on standing.version_id = version.id and standing.until is null
order by version.published_at, version.id
