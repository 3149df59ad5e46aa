"""How Django reaches PostgreSQL; the name of this package is the setting ENGINE."""
