"""
Finding a procedure by everyday words, with or without marks, with slips of the keyboard.

Pure: folded phrases in, scores out. A query is compared with each phrase of a procedure (title, alias,
life event, summary); a token counts fully when it is there, partly when it is nearly there. No model
and no statistics of a corpus: with two procedures there is none, and what decides is the plain words
that the authors give (measured elsewhere on 2,600 procedures: words beat the algorithm).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from dothi.kernel.text import fold, tone_position
from dothi.procedures.types import Procedure

MAX_QUERY: Final = 200
LEAST: Final = 0.45
NEAR: Final = 0.5
# What people write around what they mean; it neither finds nor hides anything by itself.
_FILLERS: Final = (
    "toi em anh chi minh ban muon can xin lam nhu the nao o dau thi gi de cho va voi thu tuc ho so giay to"
    " duoc khong la phai co ai bi con mot cai hoi ve i a the to how my for of in get want need"
)
FILLERS: Final = frozenset(_FILLERS.split())
# Words of very many procedures: they count, but two of them are no find.
WEAK: Final = frozenset(["dang", "ky", "xac", "nhan", "chung", "cap", "dich", "vu", "cong", "online"])
ABBREVIATIONS: Final = {
    "dk": "dang ky", "dki": "dang ky", "dky": "dang ky", "dkkh": "dang ky ket hon", "kh": "ket hon",
    "xn": "xac nhan", "xnhn": "xac nhan tinh trang hon nhan", "tthn": "tinh trang hon nhan",
    "hn": "hon nhan", "gcn": "giay chung nhan", "gxn": "giay xac nhan", "cn": "chung nhan", "dt": "doc than",
    "ck": "chong", "vk": "vo", "ki": "ky",
}  # fmt: skip
_WORD: Final = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*")
_TELEX: Final = re.compile(r"(?:[sfrxj])(?=$)")
Alike = Callable[[str, str], float]


@dataclass(frozen=True, slots=True)
class Match:
    """How well a query fits, 0 to 1, and the phrases that say so, the best first."""

    score: float
    phrases: tuple[str, ...]


def phrases_of(procedure: Procedure) -> list[str]:
    """Return the folded phrases by which a procedure is found, without repeats."""
    events = [text for event in procedure.life_events for text in (event.vi, event.en)]
    texts = [procedure.title.vi, procedure.title.en, *procedure.aliases, *events, procedure.code]
    return list(dict.fromkeys(fold(tone_position(text)) for text in texts))


def match(query: str, phrases: Iterable[str]) -> Match:
    """Return how well `query` as typed fits the folded `phrases`."""
    forms = _forms(query[:MAX_QUERY])
    alike = cache(_alike)  # for this query only: what people search for is kept nowhere
    scored = [(max(_fit(form, phrase, alike) for form in forms), phrase) for phrase in phrases if forms]
    best = sorted(((score, phrase) for score, phrase in scored if score >= LEAST), reverse=True)
    return Match(best[0][0], tuple(phrase for _, phrase in best[:3])) if best else Match(0.0, ())


def _forms(query: str) -> tuple[tuple[str, ...], ...]:
    """Return the token lists that the query may mean: as typed, and with telex keys taken out."""
    folded = fold(tone_position(query))
    typed = _tokens(folded)
    untelexed = tuple(_untelex(token) for token in typed)
    return tuple(dict.fromkeys(form for form in (typed, untelexed) if form))


def _tokens(folded: str) -> tuple[str, ...]:
    tokens = [part for word in _WORD.findall(folded) for part in ABBREVIATIONS.get(word, word).split()]
    return tuple(tokens)


def _untelex(token: str) -> str:
    """Return `token` without telex keys: ddawng → dang, hoon → hon, keets → ket."""
    bare = _TELEX.sub("", token) if len(token) > 2 else token
    for double, single in (("aa", "a"), ("ee", "e"), ("oo", "o"), ("dd", "d"), ("w", "")):
        bare = bare.replace(double, single)
    return re.sub(r"(?<=[aeiouy])[sfrxj](?=[a-z])", "", bare)


def _fit(form: tuple[str, ...], phrase: str, alike: Alike) -> float:
    """Return the mean of how much of the query the phrase covers, and of the phrase the query, 0 to 1."""
    there = _WORD.findall(phrase)
    said = [token for token in form if token not in FILLERS] or list(form)
    told = [token for token in there if token not in FILLERS] or there
    if not told:
        return 0.0
    query, cover = _covered(said, there, alike), _covered(told, form, alike)
    return 2 * query * cover / (query + cover) if query + cover else 0.0


def _covered(tokens: Sequence[str], by: Sequence[str], alike: Alike) -> float:
    """Return the weighted share of `tokens` that stand, or nearly stand, in `by`."""
    weights = [0.3 if token in WEAK else 1.0 for token in tokens]
    found = (weight * _nearest(token, by, alike) for token, weight in zip(tokens, weights, strict=True))
    return sum(found) / sum(weights)


def _nearest(token: str, others: Sequence[str], alike: Alike) -> float:
    if token in others:
        return 1.0
    near = max((alike(token, other) for other in others), default=0.0)
    return 0.8 * near if near >= NEAR else 0.0


def _alike(one: str, other: str) -> float:
    """Return one minus the edit distance over the longer length; a swap of neighbors is one edit."""
    if abs(len(one) - len(other)) > 2 or min(len(one), len(other)) < 3:
        return 0.0
    if one[0] != other[0] and one[-1] != other[-1]:
        return 0.0
    rows = [list(range(len(other) + 1))]
    for place, letter in enumerate(one, start=1):
        rows.append([place, *([0] * len(other))])
        for column, against in enumerate(other, start=1):
            rows[place][column] = _cheapest(rows, one, other, place, column, letter == against)
    return 1 - rows[-1][-1] / max(len(one), len(other))


def _cheapest(
    rows: list[list[int]], one: str, other: str, place: int, column: int, same: bool
) -> int:  # fmt: skip
    cheapest = min(
        rows[place - 1][column] + 1, rows[place][column - 1] + 1, rows[place - 1][column - 1] + (not same)
    )
    swapped = place > 1 and column > 1 and one[place - 2 : place] == other[column - 2 : column][::-1]
    return min(cheapest, rows[place - 2][column - 2] + 1) if swapped else cheapest
