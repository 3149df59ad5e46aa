-- Alerts as they stood at %(at)s by what the node knew at %(known_at)s; of one of them with %(id)s.
-- The last step counts: a step that became known later may have happened earlier.
select a.id, a.group_id, a.rule, v.version, a.version_id, s.state, a.hazard, a.severity, a.title_vi, a.title_en,
       a.thing, a.measure, a.unit, a.value, a."limit", a.ward_code, a.lon, a.lat, a.entity_id, a.unit_id,
       a.raised_at, a.recorded_at, s.occurred_at, known.acknowledged_at, known.cleared_at, known.closed_at,
       case when s.until > %(at)s then s.until end, s.level, s.label
from alerts_alert a
join alerts_ruleversion v on v.id = a.version_id
cross join lateral (
    select max(number) as number,
           min(occurred_at) filter (where act = 'acknowledged') as acknowledged_at,
           max(occurred_at) filter (where act = 'cleared') as cleared_at,
           max(occurred_at) filter (where act = 'closed') as closed_at
    from alerts_step
    where alert_id = a.id and occurred_at <= %(at)s and recorded_at <= %(known_at)s
) known
join alerts_step s on s.alert_id = a.id and s.number = known.number
where a.raised_at <= %(at)s
  and (%(id)s::uuid is null or a.id = %(id)s)
  and (%(closed)s or a.closed_at is null or a.closed_at > %(at)s or a.closed_recorded_at > %(known_at)s)
  and s.state = any(%(states)s)
order by array_position(array['Extreme', 'Severe', 'Moderate', 'Minor'], a.severity::text), a.raised_at, a.id
limit %(limit)s
