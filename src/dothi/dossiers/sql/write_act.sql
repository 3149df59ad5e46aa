-- One act: its step, and the dossier as it stands after it. The caller holds the lock on the dossier.
-- What a person wrote (answers, provenance) and what a dossier is (owner, unit, version) no act changes.
with step as (
    insert into dossiers_step
        (id, dossier_id, number, act, state, effect, at, actor_id, post_id, unit_id, ground, note, amount,
         due_at)
    values
        (%(step_id)s, %(id)s, %(revision)s, %(act)s, %(state)s, %(effect)s, %(touched_at)s, %(actor_id)s,
         %(post_id)s, %(unit_id)s, %(ground)s, %(note)s, %(amount)s,
         coalesce(%(due_at)s::timestamptz, timestamptz '9999-01-01 00:00:00+00'))
)
update dossiers_dossier set
    code = %(code)s, state = %(state)s, revision = %(revision)s, proposal = %(proposal)s,
    assignee_id = %(assignee_id)s, done_by = %(done_by)s, duration = %(duration)s,
    calendar_version = %(calendar_version)s, submitted_at = %(submitted_at)s, due_at = %(due_at)s,
    ended_at = %(ended_at)s, result_id = %(result_id)s, touched_at = %(touched_at)s
where id = %(id)s
