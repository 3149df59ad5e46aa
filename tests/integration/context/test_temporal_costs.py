"""What it costs to say the past anew: each instance is found by its whole key, however many there are."""

import asyncio
from typing import Any

import httpx
import pytest

from dothi.context.store import history, pool
from dothi.context.store.history import Said
from dothi.context.store.statements import sql

AT = "2026-11-22T00:00:00Z"
MANY = 300


def observed(number: int) -> dict[str, Any]:
    """Return what was observed in a second of a day."""
    at = f"{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}"
    return {"type": "Property", "value": number, "observedAt": f"2020-01-01T{at}Z"}


def said(number: int) -> Said:
    instance = {**observed(number), "createdAt": AT, "modifiedAt": AT}
    return Said("", "urn:a:costs", ["https://a.example/T"], "https://a.example/level", instance)


async def plan_of(dsn: str, statement: str) -> str:
    """Return how PostgreSQL did a statement that says again what is there; nothing of it stays."""
    several = [said(number) for number in range(MANY)]
    connections = await pool.connect(dsn, most=1)
    async with connections, connections.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await history.begin(connection, "", "urn:a:costs", ["https://a.example/T"], AT)
        await history.record(connection, several)
        rows: list[dict[str, Any]] = [history._row(one) for one in several]
        plan = await connection.fetch(f"explain (analyze) {sql(statement)}", rows)
        await transaction.rollback()
    return "\n".join(one[0] for one in plan)


@pytest.mark.usefixtures("api")
class TestCosts:
    @pytest.mark.parametrize("statement", ["history_overtake", "history_record_missing"])
    def test_nothing_is_looked_at_in_vain(self, dsn: str, statement: str) -> None:
        plan = asyncio.run(plan_of(dsn, statement))
        assert "Rows Removed by Join Filter" not in plan
        assert "AND (at = " in plan

    def test_what_is_said_again_in_pieces_is_there_once(self, api: httpx.Client) -> None:
        level = [observed(one) for one in range(history.PIECE + 1)]
        told = {"id": "urn:a:pieces", "type": "T", "level": level}
        assert api.post("temporal/entities", json=told).status_code == 201
        assert api.post("temporal/entities", json=told).status_code == 204
        asked = {"aggrMethods": "totalCount", "options": "aggregatedValues"}
        found = api.get("temporal/entities/urn:a:pieces", params=asked).json()
        assert found["level"]["totalCount"][0][0] == len(level)
