"""
The ceremonies of WebAuthn Level 3: discoverable credentials with user verification, ES256 and others.

The relying party's id and the one origin come from the settings, never from a request's headers.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from dothi.foundation.identity.errors import WrongCredentials

State = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Challenge:
    """`options` goes to the browser as JSON, `state` stays in the session."""

    options: str
    state: dict[str, Any]


class Ceremony:
    """Registers and checks passkeys for the site at `origin`, e.g. `https://dichvucong.hanoi.example`."""

    def __init__(self, origin: str, name: str) -> None:
        party = PublicKeyCredentialRpEntity(id=urlsplit(origin).hostname or "", name=name)
        self._server = Fido2Server(party, verify_origin=lambda found: found == origin)

    def invite(self, account: UUID, username: str, kept: Sequence[bytes]) -> Challenge:
        """Return a challenge for a new passkey of `account`."""
        user = PublicKeyCredentialUserEntity(id=account.bytes, name=username, display_name=username)
        options, state = self._server.register_begin(
            user, credentials=[AttestedCredentialData(one) for one in kept],
            resident_key_requirement=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        )  # fmt: skip
        return Challenge(json.dumps(dict(options)), _plain(state))

    def register(self, state: State, answer: str) -> bytes:
        """Return the credential to keep. Raises WrongCredentials."""
        try:
            data = self._server.register_complete(state, json.loads(answer)).credential_data
        except (ValueError, TypeError, KeyError) as error:
            raise WrongCredentials from error
        if data is None:
            raise WrongCredentials
        return bytes(data)

    def challenge(self) -> Challenge:
        """Return a challenge that any passkey of this site may answer."""
        options, state = self._server.authenticate_begin(
            user_verification=UserVerificationRequirement.REQUIRED
        )
        return Challenge(json.dumps(dict(options)), _plain(state))

    def check(self, state: State, answer: str, kept: Sequence[bytes]) -> bytes:
        """Return which of the `kept` credentials answered. Raises WrongCredentials."""
        known = [AttestedCredentialData(one) for one in kept]
        try:
            return bytes(self._server.authenticate_complete(state, known, json.loads(answer)))
        except Exception as error:
            raise WrongCredentials from error


def account_in(answer: str) -> UUID:
    """Return the account that an answer claims to be of; `check` proves it. Raises WrongCredentials."""
    try:
        return UUID(bytes=websafe_decode(json.loads(answer)["response"]["userHandle"]))
    except (ValueError, TypeError, KeyError) as error:
        raise WrongCredentials from error


def _plain(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the state as the session can keep it."""
    return {name: str(value.value) if hasattr(value, "value") else value for name, value in state.items()}
