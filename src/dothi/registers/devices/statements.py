"""The statements of the register, each in a file of `sql/`."""

from functools import cache
from importlib import resources


@cache
def sql(name: str) -> str:
    """Return the statement of `sql/NAME.sql`."""
    return resources.files("dothi.registers.devices").joinpath(f"sql/{name}.sql").read_text(encoding="utf-8")
