"""What residents are told of a warning in their inbox. The words are the warning's own, in both languages."""

from collections.abc import Mapping

from dothi.foundation.identity.purpose import Purpose
from dothi.foundation.notices.types import NoticeKind
from dothi.incidents.warning_types import MsgType
from dothi.kernel.problems import msg

PURPOSE = Purpose(
    "incidents.public-warning", "Law 33/2013/QH13", msg("warn the people of a ward of a danger there")
)
"""Why the center asks who lives in a ward; the instrument was not read (verified: false)."""

WARNED = NoticeKind(
    "warning-issued", msg("Warning for your ward"), msg("%(vi)s / %(en)s. In force until %(until)s.")
)
UPDATED = NoticeKind(
    "warning-updated",
    msg("The warning for your ward has changed"),
    msg("%(vi)s / %(en)s. In force until %(until)s."),
)
CANCELED = NoticeKind(
    "warning-canceled", msg("The warning for your ward was taken back"), msg("%(vi)s / %(en)s.")
)
OVER_HERE = NoticeKind(
    "warning-over-here",
    msg("The warning no longer concerns your ward"),
    msg("It goes on in other wards: %(vi)s / %(en)s."),
)

OF_TYPE: Mapping[MsgType, NoticeKind] = {
    MsgType.ALERT: WARNED,
    MsgType.UPDATE: UPDATED,
    MsgType.CANCEL: CANCELED,
}
