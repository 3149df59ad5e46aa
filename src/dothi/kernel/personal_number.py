"""
The personal number: 12 digits that name a citizen for life.

Three digits for the place where the birth was registered, one for century and sex, two for the year
of birth, six at random; no check digit. The codes of places are those of the 63 provinces before
1 July 2025 and were not renumbered. Only the population database knows whether a number exists: this
module finds mistakes of typing and contradictions, and never mints a number.

Law: Law on Identification 26/2023/QH15, art. 12; Decree 137/2015/ND-CP, art. 13; verified: false.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dothi.kernel.problems import Invalid, msg

PLACES = {
    "001": "Hà Nội", "002": "Hà Giang", "004": "Cao Bằng", "006": "Bắc Kạn", "008": "Tuyên Quang",
    "010": "Lào Cai", "011": "Điện Biên", "012": "Lai Châu", "014": "Sơn La", "015": "Yên Bái",
    "017": "Hòa Bình", "019": "Thái Nguyên", "020": "Lạng Sơn", "022": "Quảng Ninh", "024": "Bắc Giang",
    "025": "Phú Thọ", "026": "Vĩnh Phúc", "027": "Bắc Ninh", "030": "Hải Dương", "031": "Hải Phòng",
    "033": "Hưng Yên", "034": "Thái Bình", "035": "Hà Nam", "036": "Nam Định", "037": "Ninh Bình",
    "038": "Thanh Hóa", "040": "Nghệ An", "042": "Hà Tĩnh", "044": "Quảng Bình", "045": "Quảng Trị",
    "046": "Thừa Thiên Huế", "048": "Đà Nẵng", "049": "Quảng Nam", "051": "Quảng Ngãi", "052": "Bình Định",
    "054": "Phú Yên", "056": "Khánh Hòa", "058": "Ninh Thuận", "060": "Bình Thuận", "062": "Kon Tum",
    "064": "Gia Lai", "066": "Đắk Lắk", "067": "Đắk Nông", "068": "Lâm Đồng", "070": "Bình Phước",
    "072": "Tây Ninh", "074": "Bình Dương", "075": "Đồng Nai", "077": "Bà Rịa - Vũng Tàu",
    "079": "Thành phố Hồ Chí Minh", "080": "Long An", "082": "Tiền Giang", "083": "Bến Tre",
    "084": "Trà Vinh", "086": "Vĩnh Long", "087": "Đồng Tháp", "089": "An Giang", "091": "Kiên Giang",
    "092": "Cần Thơ", "093": "Hậu Giang", "094": "Sóc Trăng", "095": "Bạc Liêu", "096": "Cà Mau",
}  # fmt: skip


class Sex(StrEnum):
    """The sex that a number carries."""

    MALE = "male"
    FEMALE = "female"


class PersonalNumberInvalid(Invalid):
    """
    The number cannot be right.

    Problems never repeat the number: it is personal data, and problems reach logs.
    """

    slug = "personal-number-invalid"
    title = msg("This personal number cannot be right")
    way_out = msg("Copy the 12 digits from the identity card or from VNeID.")


class WrongLength(PersonalNumberInvalid):
    """Not 12 digits."""

    slug = "personal-number-length"
    title = msg("A personal number has 12 digits")


class OldIdentityNumber(WrongLength):
    """Nine digits: the number of an old identity card."""

    slug = "personal-number-old"
    title = msg("This is the 9-digit number of an old identity card")
    way_out = msg("Enter the 12-digit number of the identity card or of VNeID.")


class UnknownPlace(PersonalNumberInvalid):
    """
    The first three digits are no code of a province.

    Births registered abroad carry the code of a country; that table was not found, hence the way out.
    """

    slug = "personal-number-place"
    title = msg("The first three digits of this personal number belong to no province")
    way_out = msg("Copy the number from the identity card. If the birth was registered abroad, ask the desk.")


class YearInFuture(PersonalNumberInvalid):
    """The year of birth in the number has not come yet."""

    slug = "personal-number-year"
    title = msg("The year of birth in this personal number has not come yet")


class SexDiffers(PersonalNumberInvalid):
    """The number says another sex than was declared."""

    slug = "personal-number-sex"
    title = msg("The personal number does not fit the sex that was entered")
    way_out = msg("Check the number and the sex against the identity card. If both are right, ask the desk.")


class BirthYearDiffers(PersonalNumberInvalid):
    """The number says another year of birth than was declared."""

    slug = "personal-number-birth-year"
    title = msg("The personal number does not fit the year of birth that was entered")
    way_out = msg("Check the number and the date against the identity card. If both are right, ask the desk.")


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    """A number of the right form. `str()` gives its digits; `repr` hides them."""

    digits: str

    @property
    def place(self) -> str:
        """The code of the province where the birth was registered, as before 1 July 2025."""
        return self.digits[:3]

    @property
    def sex(self) -> Sex:
        """An even digit is male."""
        return Sex.FEMALE if int(self.digits[3]) % 2 else Sex.MALE

    @property
    def birth_year(self) -> int:
        """Digits 0 and 1 stand for the 20th century, 2 and 3 for the 21st, and so on."""
        return 1900 + int(self.digits[3]) // 2 * 100 + int(self.digits[4:6])

    def __str__(self) -> str:
        return self.digits

    def __repr__(self) -> str:
        return "PersonalNumber(…)"


def parse(text: str, on: date) -> PersonalNumber:
    """
    Return the number in `text`; spaces, dots and hyphens between digits are forgiven.

    `on` is the present day. Raises the first of `problems`.
    """
    for problem in problems(text, on):
        raise problem
    return PersonalNumber(_digits(text))


def problems(
    text: str, on: date, sex: Sex | None = None, birth_year: int | None = None
) -> list[PersonalNumberInvalid]:
    """Return everything that is wrong with a number, also against declared `sex` and `birth_year`."""
    digits = _digits(text)
    if not re.fullmatch(r"[0-9]{12}", digits):
        return [OldIdentityNumber() if re.fullmatch(r"[0-9]{9}", digits) else WrongLength(digits=len(digits))]
    number = PersonalNumber(digits)
    checks: list[tuple[bool, PersonalNumberInvalid]] = [
        (number.place not in PLACES, UnknownPlace()),
        (number.birth_year > on.year, YearInFuture()),
        (sex is not None and number.sex is not sex, SexDiffers()),
        (birth_year is not None and number.birth_year != birth_year, BirthYearDiffers()),
    ]
    return [problem for wrong, problem in checks if wrong]


def _digits(text: str) -> str:
    return re.sub(r"[\s.\-]", "", text)
