"""Devices for tests that could tell where a unit is."""

from django.db import connection

from dothi.incidents import positions
from tests.support.center import AT


def keep_tracker(
    device: str, *, owner: str = "ioc", profile: str = "", revoked: bool = False, claimed: bool = True
) -> str:
    """Enter a device of a unit, of the kind that tells positions unless `profile` names another."""
    positions.register()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into telemetry.profile (name, measures) values ('gauge', '[{\"name\": \"lon\"}]')"
            " on conflict do nothing"
        )
        cursor.execute(
            "insert into telemetry.device (id, profile, created_at, owner, revoked_at, claim_hash)"
            " values (%s, %s, now(), %s, %s, %s)",
            [
                device,
                profile or positions.PROFILE["name"],
                owner,
                AT if revoked else None,
                None if claimed else bytes(32),
            ],
        )
    return device
