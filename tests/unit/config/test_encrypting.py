"""A broker serves beyond loopback only under TLS and with closed doors."""

from argparse import ArgumentParser, Namespace

import pytest

from dothi.config import encrypting

TLS = ("--tls-cert", "a.pem", "--tls-key", "a.key")


def parsed(*told: str) -> Namespace:
    parser = ArgumentParser()
    parser.add_argument("--open", action="store_true")
    encrypting.add_arguments(parser)
    return parser.parse_args(told)


class TestSettings:
    def test_ask_for_certificates_of_clients_where_somebody_vouches_for_them(self) -> None:
        assert encrypting.settings(parsed()) == {}
        assert set(encrypting.settings(parsed(*TLS))) == {"ssl_certfile", "ssl_keyfile"}
        assert "ssl_cert_reqs" in encrypting.settings(parsed(*TLS, "--client-ca", "ca.pem"))
        assert encrypting.settings(parsed(*TLS, "--host", "0.0.0.0"))

    @pytest.mark.parametrize(
        "told",
        [
            ("--host", "0.0.0.0"),
            ("--host", "0.0.0.0", *TLS, "--open"),
            TLS[:2],
            TLS[2:],
            ("--client-ca", "ca.pem"),
        ],
    )
    def test_refuse_what_would_stand_open_to_the_network(self, told: tuple[str, ...]) -> None:
        with pytest.raises(ValueError, match="--"):
            encrypting.settings(parsed(*told))
