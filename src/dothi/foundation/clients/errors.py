"""
What can go wrong with clients.

    Problem
    ├── Invalid
    │   ├── TermsUnclear       422  a right that says nothing that can be granted
    │   └── NoFingerprint      422  what is told is no fingerprint of a certificate
    ├── Conflict
    │   ├── ClientEnded        409  the client is none any more
    │   └── CertificateTaken   409  the certificate is another client's, or revoked
    └── NotFound
        ├── NoSuchClient       404
        └── NoSuchRight        404
"""

from dothi.kernel.problems import Conflict, Invalid, NotFound, msg


class TermsUnclear(Invalid):
    """The right says nothing that can be granted."""

    slug = "terms-unclear"
    title = msg("This right cannot be granted as it is written")
    way_out = msg("Name the operations read or write, and for each list at least one word.")


class NoFingerprint(Invalid):
    """What is told is no fingerprint of a certificate."""

    slug = "no-fingerprint"
    title = msg("This is no fingerprint of a certificate")
    way_out = msg("Give the SHA-256 of the certificate: 64 hexadecimal digits.")


class ClientEnded(Conflict):
    """The client is none any more. Fact: `client`."""

    slug = "client-ended"
    title = msg("This client has ended")
    way_out = msg("Register the program under a new name.")


class CertificateTaken(Conflict):
    """The certificate is another client's, or was revoked."""

    slug = "certificate-taken"
    title = msg("This certificate belongs to another client, or was revoked")
    way_out = msg("Use a certificate of this client's own.")


class NoSuchClient(NotFound):
    """No client of this name. Fact: `client`."""

    slug = "no-such-client"


class NoSuchRight(NotFound):
    """No right with this id."""

    slug = "no-such-right"
