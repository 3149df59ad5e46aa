-- The schemas of the processes without Django, each owned by the role of its process. The pages read
-- both; what they may write of telemetry its owner says (telemetry/store/sql/grants.sql). Applied again at
-- each start.
create schema if not exists context authorization dothi_context;
create schema if not exists telemetry authorization dothi_telemetry;
grant usage on schema context, telemetry to dothi_app;
grant usage on schema telemetry to dothi_context;
alter default privileges for role dothi_context in schema context grant select on tables to dothi_app;
alter default privileges for role dothi_telemetry in schema telemetry
    grant select on tables to dothi_app, dothi_context;
