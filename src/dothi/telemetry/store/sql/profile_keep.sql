insert into telemetry.profile (name, measures, time_path, late_s, form) values ($1, $2::text::jsonb, $3, $4, $5)
on conflict (name) do update set measures = excluded.measures, time_path = excluded.time_path,
    late_s = excluded.late_s, form = excluded.form
