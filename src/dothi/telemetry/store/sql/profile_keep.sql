insert into telemetry.profile (name, measures, time_path) values ($1, $2::text::jsonb, $3)
on conflict (name) do update set measures = excluded.measures, time_path = excluded.time_path
