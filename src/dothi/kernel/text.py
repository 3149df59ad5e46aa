"""
Vietnamese text: one spelling to store, one to search by, one order to sort by.

Names are stored as their owner spells them (Thúy and Thuý are two people's choices): `nfc` is for
storing, `tone_position` and `fold` are for comparing, `sort_key` and `name_key` for ordering.

Order: letters a ă â b c d đ e ê … o ô ơ … u ư …, then tones level, grave, hook, tilde, acute, dot
(ngang huyền hỏi ngã sắc nặng), then case. Source: Unicode CLDR, collation `vi`
(`&̀<<̉<<̃<<́<<̣ &a<ă<â &d<đ &e<ê &o<ô<ơ &u<ư`).
"""

import re
import unicodedata

_TONES = "\u0300\u0309\u0303\u0301\u0323"  # grave, hook, tilde, acute, dot below: the order of CLDR vi
_VOWELS = "aăâeêioôơuưy"
_MARKED = "ăâêôơư"
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"

# Letters with a tone -> (letter without it, the tone's number from 1)
_TONED = {
    unicodedata.normalize("NFC", vowel + tone): (vowel, number)
    for vowel in _VOWELS + _VOWELS.upper()
    for number, tone in enumerate(_TONES, start=1)
}
_WITH_TONE = {pair: letter for letter, pair in _TONED.items()}

_WORD = re.compile(r"[^\W\d_]+")
_HAS_TONE = re.compile(f"[{''.join(_TONED)}]")
_SYLLABLE = re.compile(
    rf"(?P<onset>ngh|ng|nh|gh|gi(?=[{_VOWELS}])|qu|ch|kh|ph|th|tr|[bcdđghklmnpqrstvx])?"
    rf"(?P<nucleus>[{_VOWELS}]{{1,3}})"
    r"(?:ch|ng|nh|[cmnpt])?"
)


def nfc(text: str) -> str:
    """Return `text` in Unicode normalization form C, the form to store: NFD looks equal and is not."""
    return unicodedata.normalize("NFC", text)


def tone_position(text: str) -> str:
    """
    Return `text` in NFC with each tone mark where older spelling puts it: hoà to hòa, thuý to thúy.

    Only words that are Vietnamese syllables with one tone change; Chloé and Beyoncé stay. For joining
    and searching: a person's name is stored as written.
    """
    return _WORD.sub(_respell, nfc(text))


def fold(text: str) -> str:
    """
    Return `text` for searching: lower case, no marks, đ as d, one space between words.

    `Nguyễn Thuý  ĐÀO` and `nguyen thuy dao` become the same.
    """
    bare = unicodedata.normalize("NFD", text.lower())
    letters = (letter for letter in bare if not unicodedata.combining(letter))
    return " ".join("".join(letters).replace("đ", "d").split())


def sort_key(text: str) -> str:
    """
    Return a key whose order is the Vietnamese alphabetical order, for a stored column.

    Digits and lower-case letters only, about two characters a letter: it sorts alike in Python and in
    any collation of PostgreSQL. Compares letters, then tones, then case (lower first), as CLDR does.
    """
    letters, tones, case = _levels(text)
    return f"{letters}0{tones}0{case}"


def name_key(full_name: str) -> str:
    """
    Return the sort key of a personal name: the given name (its last word), then family and middle names.

    This is how Vietnamese lists are ordered: Trần Văn An, Lê Thị Ánh, Nguyễn Bình.
    """
    words = nfc(full_name).lower().split()
    return f"{sort_key(' '.join(words[-1:]))}0{sort_key(' '.join(words[:-1]))}"


def _respell(match: re.Match[str]) -> str:
    word = match.group()
    toned = _HAS_TONE.findall(word)
    if len(toned) != 1:
        return word
    plain, tone = _TONED[toned[0]]
    bare = word.replace(toned[0], plain)
    syllable = _SYLLABLE.fullmatch(bare.lower())
    if syllable is None:
        return word
    place = _place(syllable)
    return bare[:place] + _WITH_TONE[bare[place], tone] + bare[place + 1 :]


def _place(syllable: re.Match[str]) -> int:
    """Return the index of the letter that carries the tone."""
    nucleus, start = syllable["nucleus"], syllable.start("nucleus")
    marked = [index for index, vowel in enumerate(nucleus) if vowel in _MARKED]
    if marked:
        return start + marked[-1]
    if syllable.end() > syllable.end("nucleus"):
        return start + len(nucleus) - 1
    return start + (1 if len(nucleus) == 3 else 0)


def _weights() -> dict[str, tuple[str, str, str]]:
    """Return letter, tone and case weights of what Vietnamese text is made of."""
    weights = {" ": ("11", "1", "1")}
    weights |= {digit: (f"3{digit}", "1", "1") for digit in "0123456789"}
    for number, letter in enumerate(_ALPHABET):
        primary = f"{'4567'[number // 10]}{number % 10}"
        for tone in range(6):
            toned = _WITH_TONE.get((letter, tone), letter)
            weights[toned] = (primary, str(tone + 1), "1")
            weights[toned.upper()] = (primary, str(tone + 1), "2")
    return weights


_WEIGHTS = _weights()


def _levels(text: str) -> tuple[str, str, str]:
    found = [_weight(letter) for letter in " ".join(nfc(text).split())]
    letters = "".join(weight[0] for weight in found)
    return letters, "".join(w[1] for w in found).rstrip("1"), "".join(w[2] for w in found).rstrip("1")


def _weight(letter: str) -> tuple[str, str, str]:
    """Return the weights of a letter; of a foreign one, those of its base letter and a tone of its own."""
    if letter in _WEIGHTS:
        return _WEIGHTS[letter]
    base, *marks = list(unicodedata.normalize("NFKD", letter))
    if marks and base in _WEIGHTS:
        primary, _tone, case = _WEIGHTS[base]
        return primary, "7", case
    # Punctuation sorts before digits, other scripts after the letters, each by code point.
    block = "8" if letter.isalpha() else "2"
    return f"{block}{ord(letter):05x}", "1", "1"
