"""
Failures of papers.

    Problem
    ├── Invalid      └── PaperIncomplete   the template misses a fact that it must print
    ├── NotFound     └── PaperUnknown      no such paper, or none that the asker may open
    └── Unavailable  ├── PaperNotReady     the paper is still being made
                     ├── SignerMissing     the official has no certificate that is valid now
                     └── CheckerBusy       too many files are being checked at this moment
"""

from dothi.kernel.problems import Invalid, NotFound, Unavailable, msg


class PaperIncomplete(Invalid):
    """The template misses a fact that it must print, or holds one that it cannot print."""

    slug = "paper-incomplete"
    title = msg("This paper cannot be made from what is known")
    way_out = msg("Complete the dossier, then ask for the paper again.")


class PaperUnknown(NotFound):
    """No such paper, or none that the asker may open."""

    slug = "paper-unknown"
    title = msg("We cannot find this paper")
    way_out = msg("Open it from your list of papers.")


class PaperNotReady(Unavailable):
    """The paper is still being made."""

    slug = "paper-not-ready"
    title = msg("This paper is still being made")
    way_out = msg("Nothing is lost. It is usually ready within a minute; open it again then.")


class SignerMissing(Unavailable):
    """The official has no certificate that is valid now, and this node may not make one."""

    slug = "signer-missing"
    title = msg("The signer has no valid certificate")
    way_out = msg("Ask the administrator of the unit to register the signer's certificate.")


class CheckerBusy(Unavailable):
    """Too many files are being checked at this moment."""

    slug = "checker-busy"
    title = msg("Too many papers are being checked right now")
    way_out = msg("Try again in a few seconds.")
