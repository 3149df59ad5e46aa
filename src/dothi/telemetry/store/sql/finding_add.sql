insert into telemetry.finding (at, device, kind, topic, detail, payload)
select * from unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[])
