"""Acts of the ledger in words, for those who check a paper."""

from collections.abc import Mapping

from django.utils.translation import gettext

from dothi.kernel.problems import msg

ACTS: Mapping[str, str] = {
    "dossiers.submit": msg("The dossier was filed"),
    "dossiers.accept": msg("The dossier was accepted"),
    "dossiers.sign": msg("The result was signed"),
}


def ledger_act(name: str) -> str:
    """Return an act of the ledger in words; its own name where no paper proves such an act."""
    return gettext(ACTS[name]) if name in ACTS else name
