-- What others of the node may do here, where there are such roles: read, hear of batches, and, for the acts
-- of officials, keep devices. On a database of its own there is nobody else.
do $$
declare
    reader text;
begin
    perform pg_advisory_xact_lock(hashtext('telemetry'));  -- two who grant at once would meet on one row
    foreach reader in array array['dothi_app', 'dothi_context'] loop
        if exists (select from pg_roles where rolname = reader) then
            execute format('grant usage on schema telemetry to %I', reader);
            execute format('grant select on telemetry.profile, telemetry.device, telemetry.twin,
                telemetry.series, telemetry.batch, telemetry.reading, telemetry.last_value, telemetry.finding,
                telemetry.consumer, telemetry.pending, telemetry.rollup, telemetry.day, telemetry.policy,
                telemetry.hold, telemetry.digest, telemetry.keyframe, telemetry.late, telemetry.edition,
                telemetry.keeping to %I', reader);
            execute format('grant insert on telemetry.consumer to %I', reader);
            execute format('grant update, delete on telemetry.pending to %I', reader);
        end if;
    end loop;
    if exists (select from pg_roles where rolname = 'dothi_app') then
        grant insert, update on telemetry.device, telemetry.profile, telemetry.twin to dothi_app;
        grant delete on telemetry.twin to dothi_app;
        grant insert, update on telemetry.hold to dothi_app;
    end if;
end $$;
