-- What a version says of things ends at these instants.
update alerts_firing set cleared_at = ended.at
from unnest(%(things)s::text[], %(instants)s::timestamptz[]) as ended (thing, at)
where version_id = %(version)s and alerts_firing.thing = ended.thing and cleared_at is null
