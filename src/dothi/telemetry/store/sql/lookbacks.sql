-- How far back a moment needs every reading of a series, where it does.
select number, telemetry.lookback(name) from telemetry.series where telemetry.lookback(name) > interval '0'
