"""
The address of PostgreSQL: what of it reaches every process, and what of the operator's is refused by name.

Parameters after the question mark are those of libpq, such as `sslmode=verify-full`. Whoever the roles
are and what they may do is the node's own, so parameters that speak of that are refused. Broker and ingest
reach it by asyncpg, which keeps patience in ways of its own: what only says how long to wait is not told to
them, and what says whom to trust and they could not keep is refused for all.

Source: PostgreSQL 18, 32.1.2 (parameter key words); asyncpg 0.32, connect_utils.py.
"""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from psycopg.conninfo import conninfo_to_dict

HONORED = frozenset(
    {
        "sslmode", "sslnegotiation", "sslrootcert", "sslcrl", "ssl_min_protocol_version",
        "ssl_max_protocol_version", "connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval",
        "keepalives_count", "tcp_user_timeout", "target_session_attrs", "load_balance_hosts", "host", "port",
    }
)  # fmt: skip
PATIENCE = frozenset(
    {
        "connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
        "tcp_user_timeout", "load_balance_hosts",
    }
)  # fmt: skip
"""Those that asyncpg does not know, and would take for settings of the session."""
PLACES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def refused(url: str) -> list[str]:
    """Return the parameters of the operator's `url` that are not honored, in their order."""
    return [name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True) if name not in HONORED]


def refusal(url: str) -> tuple[str, str] | None:
    """Return what is wrong with the operator's `url` and how to mend it, or None."""
    names = refused(url)
    if not names:
        return None
    wrong = f"DATABASE_URL has {', '.join(names)}, which this node does not take from there"
    return wrong, f"leave it out; taken are: {', '.join(sorted(HONORED))}"


def for_asyncpg(url: str) -> str:
    """Return `url` with the parameters that asyncpg takes."""
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in PATIENCE]
    return urlunsplit(parts._replace(query=urlencode(kept)))


def as_django(dsn: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return `dsn` as entries of DATABASES and, for all other parameters, of its OPTIONS."""
    parts = {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
    places = {place: parts.pop(name, "") for name, place in PLACES.items()}
    return places, parts
