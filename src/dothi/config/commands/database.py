"""`dothi database`: roles on the operator's own PostgreSQL, and the tables that are made without Django."""

from argparse import ArgumentParser, Namespace

NAME = "database"
HELP = "Print or apply the roles of the node on an operator's PostgreSQL, or make tables of a schema."


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "what", choices=["roles", "context", "telemetry"],
        help="roles; or a schema, whose missing tables its owner makes on DOTHI_DSN (the supervisor does it)",
    )  # fmt: skip
    parser.add_argument("--apply", action="store_true", help="apply instead of print")
    parser.add_argument(
        "--admin-url", help="URL of a superuser on the node's database; used now, kept nowhere"
    )


def run(args: Namespace) -> int:
    """Make the tables of a schema; or print the SQL without passwords, or apply it with them."""
    from dothi.config.supervisor import postgres

    if args.what != "roles":
        return _make(args.what)
    if not args.apply:
        for name in ("roles.sql", *postgres.PRIVILEGES, *postgres.SCHEMAS):
            print(f"-- {name}\n{(postgres.SQL / name).read_text(encoding='utf-8')}")
        return 0
    if not args.admin_url:
        print("--apply needs --admin-url postgresql://ADMIN@HOST/NAME")
        return 2
    return _apply(args.admin_url)


def _make(schema: str) -> int:
    from dothi.config.environment import environment
    from dothi.config.supervisor.schemas import make_tables

    make_tables(schema, environment().dsn)
    return 0


def _apply(admin_url: str) -> int:
    from dothi.config.environment import environment
    from dothi.config.supervisor import postgres, runtime
    from dothi.config.supervisor.layout import Layout
    from dothi.config.supervisor.node import default_var

    layout = Layout(default_var(environment()))
    layout.create(runtime.prepare(layout.var))
    passwords = postgres.read_passwords(layout.secrets)
    postgres.apply_roles(admin_url, passwords)
    postgres.apply_privileges(admin_url)
    print(f"Roles applied. Their passwords are in {layout.secrets}.")
    return 0
