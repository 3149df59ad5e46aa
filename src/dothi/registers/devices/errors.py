"""
Failures of the register of devices.

    Problem
    ├── NotFound
    │   ├── DeviceUnknown    no such device
    │   ├── ClaimUnknown     no box bears this code, or it was claimed before
    │   └── HoldUnknown      no hold has this number
    ├── Conflict
    │   ├── DeviceTaken      the id is another device's
    │   ├── DeviceRevoked    a revoked device stays shut out
    │   ├── ClaimExpired     the code's time is over
    │   └── EntityTaken      devices of another unit speak for the entity
    └── Invalid
        ├── ProfileUnknown   no such profile
        ├── MeasureUnknown   the profile does not measure this
        ├── TwinUnfit        the live context could not show this
        └── CertificateUnreadable  no X.509 certificate in PEM
"""

from dothi.kernel.problems import Conflict, Invalid, NotFound, msg


class DeviceUnknown(NotFound):
    """No such device."""

    slug = "device-unknown"
    title = msg("There is no such device")
    way_out = msg("Check its id, or look for it in the list of devices.")


class ClaimUnknown(NotFound):
    """No box bears this code, or it was claimed before."""

    slug = "claim-unknown"
    title = msg("No device waits under this code")
    way_out = msg("Compare each character with the box. A code works once.")


class HoldUnknown(NotFound):
    """No hold has this number."""

    slug = "hold-unknown"
    title = msg("There is no such hold")
    way_out = msg("Look for it in the list of holds.")


class ClaimExpired(Conflict):
    """The code's time is over."""

    slug = "claim-expired"
    title = msg("The time of this code is over")
    way_out = msg("Ask the office that registered the device for a new code.")


class DeviceTaken(Conflict):
    """The id is another device's."""

    slug = "device-taken"
    title = msg("Another device has this id")
    way_out = msg("Choose another id; ids are never given twice.")


class DeviceRevoked(Conflict):
    """A revoked device stays shut out."""

    slug = "device-revoked"
    title = msg("This device was revoked")
    way_out = msg("Register the device again under a new id.")


class EntityTaken(Conflict):
    """Devices of another unit speak for the entity."""

    slug = "entity-taken"
    title = msg("Devices of another unit speak for this entity")
    way_out = msg("Choose an entity of your own unit, or ask that unit to link the device.")


class ProfileUnknown(Invalid):
    """No such profile."""

    slug = "profile-unknown"
    title = msg("There is no such kind of device")
    way_out = msg("Choose one of the kinds in the list.")


class MeasureUnknown(Invalid):
    """The profile does not measure this."""

    slug = "measure-unknown"
    title = msg("Devices of this kind do not measure that")
    way_out = msg("Choose one of the measures in the list.")


class TwinUnfit(Invalid):
    """The live context could not show this."""

    slug = "twin-unfit"
    title = msg("The live context cannot show a measure under these names")
    way_out = msg(
        "An id is a URN; type and attribute begin with a letter and have letters, digits and _ only."
    )


class CertificateUnreadable(Invalid):
    """No X.509 certificate in PEM."""

    slug = "certificate-unreadable"
    title = msg("This is no certificate")
    way_out = msg("Paste the certificate with its lines BEGIN and END.")
