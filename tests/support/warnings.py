"""Public warnings for tests, drafted by Vân and approved by Bảo of the center."""

from datetime import timedelta

from dothi.incidents.actions import warnings as acts
from dothi.incidents.types import WarningId
from dothi.incidents.warning_types import NewWarning, Status, Wording
from dothi.kernel.ids import new_id
from tests.support.center import AT, HOAN_KIEM, Center, later

WORDS = {
    "vi": Wording("Ngập sâu ở Hoàn Kiếm", "Nước sâu 50 cm ở phố Hàng Bài.", "Không đi qua phố Hàng Bài."),
    "en": Wording("Deep flooding in Hoàn Kiếm", "50 cm of water in Hàng Bài.", "Do not go through Hàng Bài."),
}


def new(**changes: object) -> NewWarning:
    """Return the content of a draft: an actual warning of a flood in Hoàn Kiếm for six hours."""
    given: dict[str, object] = {
        "status": Status.ACTUAL, "hazard": "flood", "urgency": "Immediate", "severity": "Severe",
        "certainty": "Observed", "words": WORDS, "wards": (HOAN_KIEM,), "onset_at": AT,
        "expires_at": AT + timedelta(hours=6), **changes,
    }  # fmt: skip
    return NewWarning(**given)  # type: ignore[arg-type]  # the test says what differs


def drafted(ioc: Center, minutes: float = 0, **changes: object) -> WarningId:
    """Draft it as Vân."""
    return acts.draft(new=new(**changes), actor=ioc.van, at=later(minutes), key=new_id())


def approved(ioc: Center, warning_id: WarningId, minutes: float = 1) -> WarningId:
    """Issue a draft as Bảo."""
    acts.approve(warning_id=warning_id, actor=ioc.bao, at=later(minutes), key=new_id())
    return warning_id


def issued(ioc: Center, minutes: float = 0, **changes: object) -> WarningId:
    """Draft and issue it, both so many minutes after AT."""
    return approved(ioc, drafted(ioc, minutes, **changes), minutes)


def updated(ioc: Center, earlier: WarningId, minutes: float, **changes: object) -> WarningId:
    """Draft and issue what replaces `earlier`."""
    key = acts.draft_update(
        new=new(**changes), replaces=earlier, actor=ioc.van, at=later(minutes), key=new_id()
    )
    return approved(ioc, key, minutes)


def canceled(ioc: Center, earlier: WarningId, minutes: float) -> WarningId:
    """Draft and issue what takes `earlier` back."""
    key = acts.draft_cancel(replaces=earlier, words=WORDS, actor=ioc.van, at=later(minutes), key=new_id())
    return approved(ioc, key, minutes)
