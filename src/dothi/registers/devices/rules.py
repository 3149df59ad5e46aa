"""
Codes, ids and files of devices: pure.

A claim code has 12 letters of Crockford's base 32 (60 bits), without those that look alike. What a
person types is read with or without dashes, in capitals or small letters, O as 0 and I or L as 1.

Source: https://www.crockford.com/base32.html
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from dothi.kernel.problems import msg
from dothi.registers.devices.types import Box, DeviceId, Facts, Twin

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
SHORTEST_CODE = 8
"""Of a maker's own code: 40 bits, and only officials may try."""
CLAIM_PERIOD = timedelta(days=90)
"""How long a code opens its box. A choice of ours, bound by no rule."""
OVERLAP = timedelta(hours=24)
"""How long the token before a rotation is taken as well, when the official leaves it time."""
MOST_ROWS = 1_000
MOST_BYTES = 1_000_000
QUIET_S = 600.0
"""A device is silent after three of its intervals, at the earliest after this."""
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
HASH = re.compile(r"[0-9a-fA-F]{64}")
WARD = re.compile(r"[0-9]{5}")
URN = re.compile(r"urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}:[A-Za-z0-9._~:/%@!$&'()*+,;=-]{1,400}")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
RESERVED = frozenset({
    "id", "type", "scope", "location", "observationSpace", "operationSpace", "createdAt", "modifiedAt",
    "deletedAt",
})  # fmt: skip
"""What an entity has beside its measures (GS CIM 009, 4.5.1, 4.7, 4.8): no number can stand there."""
COLUMNS = (
    "device", "profile", "claim_code", "token_sha256", "name_vi", "name_en", "lon", "lat", "ward_code",
    "group", "contract",
)  # fmt: skip
NEEDED = ("device", "profile")
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a line of a file: its number (the heading is 1), the column, a msgid."""

    line: int
    column: str
    message: str
    value: str = ""


def normalized(code: str) -> str:
    """Return a code as it is compared; empty for what is none."""
    told = code.strip().upper().translate(_ALIKE)
    return told if SHORTEST_CODE <= len(told) <= 64 and set(told) <= set(LETTERS) else ""


def shown(code: str) -> str:
    """Return a normalized code as it stands on a box: in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_file(content: bytes) -> tuple[list[Box], list[Wrong]]:
    """
    Return the boxes of a CSV file (UTF-8, comma or semicolon, a heading) and what is wrong with the others.

    A line with a fault is left out, a device named twice counts once. At most MOST_ROWS lines.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [Wrong(1, "", msg("The file is not in UTF-8."))]
    if "\0" in text:
        return [], [Wrong(1, "", msg("This line is no line of a CSV file."))]
    heading = text.partition("\n")[0]
    lines = csv.DictReader(
        io.StringIO(text, newline=None), delimiter=";" if heading.count(";") > heading.count(",") else ","
    )
    missing = [name for name in NEEDED if name not in (lines.fieldnames or ())]
    if missing:
        return [], [Wrong(1, name, msg("The heading lacks this column.")) for name in missing]
    return _boxes(lines)


def _boxes(lines: "csv.DictReader[str]") -> tuple[list[Box], list[Wrong]]:
    boxes: dict[DeviceId, Box] = {}
    wrong: list[Wrong] = []
    codes: set[str] = set()
    try:
        for count, line in enumerate(lines, start=1):
            number = lines.line_num  # blank lines are none, and one in quotes is several
            if count > MOST_ROWS:
                wrong.append(Wrong(number, "", msg("A file has at most 1,000 devices; send the rest apart.")))
                break
            told = {name: (line.get(name) or "").strip() for name in COLUMNS}
            faults = [*_more(number, line), *_faults(number, told), *_twice(number, told, boxes, codes)]
            wrong.extend(faults)
            if not faults:
                box = _box(number, told)
                boxes[box.id] = box
                codes.add(box.claim_code)
    except csv.Error:
        wrong.append(Wrong(lines.line_num, "", msg("This line is no line of a CSV file.")))
    return list(boxes.values()), wrong


def _faults(number: int, told: Mapping[str, str]) -> Iterator[Wrong]:
    """Yield what is wrong with a line by itself."""
    for column, message in (*_wrong_words(told), *_wrong_place(told)):
        yield Wrong(number, column, message, told[column][:80])


def _more(number: int, line: Mapping[str | None, object]) -> Sequence[Wrong]:
    """Return what is wrong with a line that has more cells than the heading: its cells may be others'."""
    return [Wrong(number, "", msg("This line has more cells than the heading."))] if line.get(None) else []


def _wrong_words(told: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if not ID.fullmatch(told["device"]):
        yield "device", msg("An id has 1 to 64 letters, digits, - and _.")
    if not told["profile"]:
        yield "profile", msg("The kind of device is missing.")
    if told["claim_code"] and not normalized(told["claim_code"]):
        yield "claim_code", msg("A code has 8 to 64 digits and letters, without U.")
    if told["token_sha256"] and not HASH.fullmatch(told["token_sha256"]):
        yield "token_sha256", msg("A SHA-256 has 64 hexadecimal digits.")
    if told["ward_code"] and not WARD.fullmatch(told["ward_code"]):
        yield "ward_code", msg("The code of a ward has 5 digits.")


def _wrong_place(told: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if bool(told["lon"]) != bool(told["lat"]):
        yield ("lat" if told["lon"] else "lon"), msg("A place has both, longitude and latitude.")
    for column, most in (("lon", 180), ("lat", 90)):
        if told[column] and degrees(told[column], most) is None:
            yield column, msg("This is no number of degrees.")


def _twice(
    number: int, told: Mapping[str, str], boxes: Mapping[DeviceId, Box], codes: set[str]
) -> Sequence[Wrong]:
    """Return what a line has in common with an earlier one and must not."""
    code = normalized(told["claim_code"])
    found = []
    if DeviceId(told["device"]) in boxes:
        found.append(Wrong(number, "device", msg("An earlier line has this id."), told["device"]))
    if code and code in codes:
        found.append(Wrong(number, "claim_code", msg("An earlier line has this code.")))
    return found


def degrees(told: str, most: int) -> float | None:
    """Return a number of degrees between -`most` and `most`, None for what is none."""
    try:
        found = float(told.replace(",", "."))
    except ValueError:
        return None
    return found if -most <= found <= most else None


def is_fit(twin: Twin) -> bool:
    """Tell whether the live context can show a measure as this attribute of this entity."""
    names = (twin.entity_type, twin.attribute)
    named = all(map(NAME.fullmatch, names)) and twin.attribute not in RESERVED
    return named and URN.fullmatch(twin.entity_id) is not None


def _box(number: int, told: Mapping[str, str]) -> Box:
    facts = Facts(
        profile=told["profile"], name_vi=told["name_vi"][:200], name_en=told["name_en"][:200],
        lon=degrees(told["lon"], 180), lat=degrees(told["lat"], 90), ward_code=told["ward_code"],
        group=told["group"][:100], contract=told["contract"][:100],
    )  # fmt: skip
    burned = bytes.fromhex(told["token_sha256"]) if told["token_sha256"] else None
    return Box(DeviceId(told["device"]), facts, normalized(told["claim_code"]), burned, line=number)
