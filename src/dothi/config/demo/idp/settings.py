"""What one provider is: its issuer, its one client, its folder."""

from dataclasses import dataclass
from pathlib import Path

CLIENT_ID = "dothi"
CALLBACK_PATH = "/account/vneid/callback/"
SIGNED_OUT_PATH = "/account/signed-out/"


@dataclass(frozen=True, slots=True)
class Provider:
    """`client_url` is the address of the only client; `slow_s` is how long "slow" takes."""

    issuer: str
    client_url: str
    folder: Path
    client_key_file: Path
    slow_s: float = 20.0

    @property
    def redirect_uri(self) -> str:
        """The one address to which a code is ever sent, compared character by character."""
        return self.client_url + CALLBACK_PATH

    @property
    def signed_out_uri(self) -> str:
        """The one address to which a person is sent after signing out."""
        return self.client_url + SIGNED_OUT_PATH
