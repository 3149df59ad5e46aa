"""What telemetry keeps, in PostgreSQL; tables in `sql/schema.sql`, which a person can read."""
