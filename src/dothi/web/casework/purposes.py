"""Why data are read on the pages, and the words in which a person is told of it, found by the slug."""

from collections.abc import Mapping

from dothi.dossiers.drawing import PRINT
from dothi.dossiers.offers import REUSE
from dothi.foundation.identity.purpose import Purpose
from dothi.kernel.problems import msg
from dothi.vault.purposes import OWN_VIEW

OWN_DOSSIER = Purpose("own-dossier", "Law 91/2025/QH15", msg("Look at one's own dossier"))
WORK = Purpose("handle-dossier", "Decree 61/2018/ND-CP", msg("Work on the dossier"))

PURPOSES: Mapping[str, Purpose] = {
    one.slug: one for one in (OWN_DOSSIER, OWN_VIEW, WORK, PRINT, REUSE)
}  # fmt: skip
"""Every purpose for which a page or a job reads a person's data."""
