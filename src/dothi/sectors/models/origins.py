"""How a value came to be, as the series `origin` of devices that no hardware stands behind says it."""

from typing import Final

TOLD: Final = "told by a bulletin"
SPREAD: Final = "spread between bulletins"
ASSUMED: Final = "assumed: no bulletin says since when"
BEFORE: Final = "assumed: before the storm"
COMPUTED: Final = "computed from the US index"
GENERATED: Final = "generated"
