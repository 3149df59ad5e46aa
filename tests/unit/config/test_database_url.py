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


class TestDjango:
    def test_is_told_every_parameter(self) -> None:
        place, parameters = database_url.as_django(
            "postgresql://dothi_app:a%40b@db.example:5433/dothi?sslmode=require&connect_timeout=3"
        )
        assert place == {
            "NAME": "dothi", "USER": "dothi_app", "PASSWORD": "a@b", "HOST": "db.example", "PORT": "5433"
        }  # fmt: skip
        assert parameters == {"sslmode": "require", "connect_timeout": "3"}
