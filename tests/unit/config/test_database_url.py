"""What the operator's DATABASE_URL may say, and what of it reaches Django."""

import pytest

from dothi.config import database_url


class TestRefusal:
    @pytest.mark.parametrize(
        "query", ["", "?sslmode=verify-full&sslrootcert=/etc/ca.pem", "?host=/var/run/postgresql"]
    )
    def test_has_nothing_to_say_of_how_to_connect(self, query: str) -> None:
        assert database_url.refusal(f"postgresql://db.example:5432/dothi{query}") is None

    @pytest.mark.parametrize("name", ["user", "password", "options", "service", "sslmod", "pool"])
    def test_names_what_is_not_taken(self, name: str) -> None:
        found = database_url.refusal(f"postgresql://db.example/dothi?sslmode=require&{name}=x")
        assert found is not None
        assert f"has {name}," in found[0]

    @pytest.mark.parametrize("name", ["channel_binding", "gssencmode", "hostaddr", "sslcrldir"])
    def test_names_what_not_every_process_could_keep(self, name: str) -> None:
        assert database_url.refused(f"postgresql://db.example/dothi?{name}=x") == [name]


class TestAsyncpg:
    def test_is_told_whom_to_trust_and_not_how_long_to_wait(self) -> None:
        told = database_url.for_asyncpg(
            "postgresql://dothi_context:a%40b@db.example:5433/dothi"
            "?sslmode=verify-full&connect_timeout=3&keepalives=1&sslrootcert=%2Fetc%2Fca.pem"
        )
        place = "postgresql://dothi_context:a%40b@db.example:5433/dothi"
        assert told == f"{place}?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem"


class TestDjango:
    def test_is_told_every_parameter(self) -> None:
        place, parameters = database_url.as_django(
            "postgresql://dothi_app:a%40b@db.example:5433/dothi?sslmode=require&connect_timeout=3"
        )
        assert place == {
            "NAME": "dothi", "USER": "dothi_app", "PASSWORD": "a@b", "HOST": "db.example", "PORT": "5433"
        }  # fmt: skip
        assert parameters == {"sslmode": "require", "connect_timeout": "3"}
