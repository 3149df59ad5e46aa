"""Who asks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dothi.context.rights.reach import EVERYTHING, Reach
from dothi.context.rights.right import Act, Right, reach


@dataclass(frozen=True)
class Caller:
    """
    A client by its name, "" for a stranger, with its rights; whoever comes by `open` doors may do all.

    `told` are the rights of a token as it tells them, where no node publishes any.
    """

    name: str = ""
    rights: tuple[Right, ...] = ()
    told: Any = None
    open: bool = False

    @property
    def known(self) -> bool:
        """Tell whether anybody vouched for the caller."""
        return self.open or self.name != ""

    def reach(self, act: Act, tenant: str, at: datetime) -> Reach:
        """Return what the caller may read, or write, in a tenant."""
        return EVERYTHING if self.open else reach(self.rights, act, tenant, at)


STRANGER: Final = Caller()
ANYBODY: Final = Caller(open=True)
"""Whoever comes by open doors."""
