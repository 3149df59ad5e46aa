"""
The address of PostgreSQL: what of it reaches every process, and what of the operator's is refused by name.

Parameters after the question mark are those of libpq, such as `sslmode=verify-full`. Whoever the roles
are and what they may do is the node's own, so parameters that speak of that are refused.

Source: PostgreSQL 18, 32.1.2 (parameter key words).
"""

from urllib.parse import parse_qsl, urlsplit

from psycopg.conninfo import conninfo_to_dict

HONORED = frozenset(
    {
        "sslmode", "sslnegotiation", "sslrootcert", "sslcrl", "sslcrldir", "ssl_min_protocol_version",
        "ssl_max_protocol_version", "channel_binding", "gssencmode", "connect_timeout", "keepalives",
        "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
        "target_session_attrs", "load_balance_hosts", "host", "hostaddr", "port",
    }
)  # fmt: skip
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


def as_django(dsn: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return `dsn` as entries of DATABASES and, for all other parameters, of its OPTIONS."""
    parts = {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
    places = {place: parts.pop(name, "") for name, place in PLACES.items()}
    return places, parts
