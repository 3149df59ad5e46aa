"""What the broker keeps, in PostgreSQL; tables in `sql/schema.sql`, which a person can read."""
