"""
How many connections each process may hold, in one place, so that their sum can be checked.

The sum stays under PostgreSQL's `max_connections` less 10, which are for the operator.
"""

PAGES_PROCESSES = 2
PAGES_THREADS = 4
RESERVED = 10

POOLS = {
    "pages": PAGES_PROCESSES * PAGES_THREADS,
    "worker": 10,
    "publisher": 2,
    "sequencer": 2,
    "supervisor": 2,
    "broker": 8 + 4 + 2,  # changes, searches; what feeds it
    "ingest": 7,  # writes, devices, rollups, digests, consumers; two to spare
    "keeper": 1,
    "watch": 4,
    "live": 1,  # hears that readings have come
    "city": 2,
}


def total() -> int:
    """Return the connections that the whole node may hold at once."""
    return sum(POOLS.values())
