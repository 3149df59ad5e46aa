-- Devices of some owners, by id, with what was last heard of each and its findings since %(since)s. A device
-- without an owner is the city center's. Silent: nothing heard of for three intervals, at least 10 minutes.
-- Doubtful: something speaks against its last readings, or the last one was rejected.
with told as (
    select device.id, device.profile, device.name_vi, device.name_en, device.lon, device.lat, device.ward_code,
           device.group_name, device.contract, device.owner, device.claim_hash is not null as waiting,
           device.revoked_at is not null as revoked, device.claim_until, last.seen_at,
           (select max((measure ->> 'interval_s')::double precision)
            from jsonb_array_elements(profile.measures) as measure) as interval_s,
           device.token_hash is not null as has_token, device.certificate_hash is not null as has_certificate,
           device.old_token_until, device.created_at, device.revoked_at, last.doubtful
    from telemetry.device join telemetry.profile on profile.name = device.profile
    left join lateral (
        select max(last.seen_at) as seen_at,
               bool_or(last.flags <> 0 or last.at is distinct from last.seen_at) as doubtful
        from telemetry.series join telemetry.last_value as last on last.series = series.number
        where series.device = device.id and last.seen_at is not null
    ) as last on true
    where (device.owner = any(%(owners)s) or (device.owner = '' and %(center)s))
      and (%(id)s::text is null or device.id = %(id)s)
      and device.id > %(after)s
      and (%(text)s = '' or strpos(device.folded, %(text)s) > 0)
      and (%(group)s = '' or device.group_name = %(group)s)
      and (%(profile)s = '' or device.profile = %(profile)s)
), standing as (
    select told.*, case
        when waiting then 'waiting'
        when revoked then 'revoked'
        when seen_at is null then 'new'
        when seen_at < %(at)s - make_interval(secs => greatest(%(quiet_s)s, 3 * coalesce(interval_s, 0)))
            then 'silent'
        when doubtful then 'doubtful'
        else 'heard' end as state
    from told
)
select standing.*, (select count(*) from telemetry.finding
                    where finding.device = standing.id and finding.at >= %(since)s) as findings
from standing where %(state)s = '' or state = %(state)s order by id limit %(limit)s
