"""Level of service of a road. Pure. The shares and their source: `level_of_service.csv`."""

from dothi.sectors.models import table


def level(speed_kmh: float, free_flow_kmh: float) -> str | None:
    """Return the level, A to F, of a mean speed; None where the free-flow speed is not known."""
    if free_flow_kmh <= 0:
        return None
    share = speed_kmh / free_flow_kmh
    rows = table("mobility", "level_of_service.csv")
    return next((row["level"] for row in rows if share > float(row["speed_share_above"])), rows[-1]["level"])
