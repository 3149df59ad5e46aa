"""
Stamping: the demo city's time-stamping authority, which answers in the process (RFC 3161).

It says at which instant a signature existed, so that the signature outlives its certificate. A real
city asks an accredited authority over HTTP; pyHanko's own client fits the same place.
"""

import hashlib
from datetime import datetime
from functools import lru_cache
from secrets import randbits

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.timestamps import TimeStamper

from dothi.foundation.papers.types import Credential

POLICY = "2.25.136927441780162571033209347912345118271"
"""The demo authority's policy: an arc under a UUID (ITU-T X.667), which needs no registrar."""
SHA256 = algos.DigestAlgorithm({"algorithm": "sha256"})


class Stamper(TimeStamper):
    """Answers requests as the authority `credential` at the instant `at` (aware)."""

    def __init__(self, credential: Credential, at: datetime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko leaves its constructor untyped
        self.credential = credential
        self.at = at

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return the signed token for the digest in `req`."""
        info = _info(req, self.at).dump()
        token = cms.ContentInfo(
            {
                "content_type": "signed_data",
                "content": cms.SignedData(_signed(self.credential, info, self.at)),
            }
        )
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})


def _info(request: tsp.TimeStampReq, at: datetime) -> tsp.TSTInfo:
    return tsp.TSTInfo(
        {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": request["message_imprint"],
            "serial_number": randbits(64),
            "gen_time": core.GeneralizedTime(at),
            "nonce": request["nonce"],
        }
    )


def _signed(credential: Credential, info: bytes, at: datetime) -> dict[str, object]:
    certificate, key = _loaded(credential)
    attributes = cms.CMSAttributes(
        [
            simple_cms_attribute("content_type", "tst_info"),
            simple_cms_attribute("signing_time", cms.Time({"utc_time": core.UTCTime(at)})),
            simple_cms_attribute("signing_certificate_v2", as_signing_certificate_v2(certificate)),
            simple_cms_attribute("message_digest", hashlib.sha256(info).digest()),
        ]
    )
    return {
        "version": "v3",
        "digest_algorithms": cms.DigestAlgorithms((SHA256,)),
        "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(info)},
        "certificates": {certificate, *(x509.Certificate.load(above) for above in credential.chain)},
        "signer_infos": [_signer_info(certificate, key, attributes)],
    }


def _signer_info(
    certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, attributes: cms.CMSAttributes
) -> cms.SignerInfo:
    name = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    return cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": cms.IssuerAndSerialNumber(name)}),
            "digest_algorithm": SHA256,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signed_attrs": attributes,
            "signature": key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
        }
    )


@lru_cache(maxsize=8)
def _loaded(credential: Credential) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = load_der_private_key(credential.private_key, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("time stamps are signed by ECDSA")
    return x509.Certificate.load(credential.certificate), key
