"""The provider's signing key, its ID tokens (ES256), and the proof that a client is the client."""

import os
import time
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

ID_TOKEN_S = 300


def load_or_make_key(path: Path) -> ECKey:
    """Return the P-256 key in `path`, made at first use and readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made: bytes = ECKey.generate_key("P-256").as_pem(private=True)
        aside = path.with_suffix(".new")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(made)
        aside.rename(path)
    key = ECKey.import_key(path.read_bytes(), {"use": "sig", "alg": "ES256"})
    key.ensure_kid()
    return key


def id_token(key: ECKey, issuer: str, client_id: str, facts: dict[str, Any]) -> str:
    """Return the signed ID token; it carries no personal data beyond the opaque subject."""
    issued = int(time.time())
    claims = {
        "iss": issuer, "aud": client_id, "sub": facts["subject"], "iat": issued,
        "exp": issued + ID_TOKEN_S, "auth_time": facts["auth_time"], "nonce": facts["nonce"],
        "acr": f"level{facts['level']}",
    }  # fmt: skip
    return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key)


def client_assertion(
    form: dict[str, str], key: ECKey, client_id: str, audience: str
) -> dict[str, Any] | None:
    """Return the claims of a valid client assertion (RFC 7523, section 3), or None."""
    if form.get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer":
        return None
    registry = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": client_id}, sub={"essential": True, "value": client_id},
        aud={"essential": True, "value": audience}, exp={"essential": True}, jti={"essential": True},
    )  # fmt: skip
    try:
        claims = jwt.decode(form.get("client_assertion", ""), key, algorithms=["ES256"]).claims
        registry.validate(claims)
    except (JoseError, ValueError):
        return None
    return dict(claims)
