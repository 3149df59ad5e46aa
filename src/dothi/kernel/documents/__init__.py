"""Documents that people write as data: YAML read safely, checked by a schema, compared."""
