"""
What can go wrong with a file.

    Problem
    ├── Invalid
    │   ├── FileTypeNotAccepted  422  neither PDF, JPEG, PNG nor HEIC, by its first bytes
    │   ├── FileTooLarge         422  more bytes than its type may have
    │   ├── ImageTooLarge        422  more pixels than an image may have
    │   └── ImageUnreadable      422  it begins like an image and is none
    ├── NotFound
    │   └── NoSuchFile           404
    └── Unavailable
        ├── FileDamaged          503  what is on disk is not what was stored
        └── DraughtsmanBusy      503  too many photos are being drawn at this moment
"""

from dothi.kernel.problems import Invalid, NotFound, Unavailable, msg


class FileTypeNotAccepted(Invalid):
    """The first bytes are of no accepted type; the name is not believed."""

    slug = "file-type-not-accepted"
    title = msg("This kind of file is not accepted")
    way_out = msg("Choose a PDF, or a photo as JPEG, PNG or HEIC.")


class FileTooLarge(Invalid):
    """More bytes than the limit of its type. Fact: `limit_mb`."""

    slug = "file-too-large"
    title = msg("This file is too large")
    way_out = msg("A file may have at most %(limit_mb)s MB. Take the photo again with less detail.")


class ImageTooLarge(Invalid):
    """More pixels than an image may have. Fact: `limit_megapixels`."""

    slug = "image-too-large"
    title = msg("This photo has too many pixels")
    way_out = msg("A photo may have at most %(limit_megapixels)s megapixels. Make it smaller.")


class ImageUnreadable(Invalid):
    """It begins like an image and cannot be read as one."""

    slug = "image-unreadable"
    title = msg("This photo cannot be read")
    way_out = msg("Take the photo again, or save it as JPEG.")


class NoSuchFile(NotFound):
    """No file with this id."""

    slug = "no-such-file"


class DraughtsmanBusy(Unavailable):
    """Too many photos are being drawn at this moment."""

    slug = "draughtsman-busy"
    title = msg("Too many photos are being opened right now")
    way_out = msg("Try again in a few seconds.")


class FileDamaged(Unavailable):
    """The bytes on disk are missing, cut short or changed."""

    slug = "file-damaged"
    title = msg("This file cannot be opened")
    way_out = msg("The operator has been told. Nothing else is affected.")
