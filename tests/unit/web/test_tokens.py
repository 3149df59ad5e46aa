"""The colors of docs/explanation/look.md: each pair that is used can be read, in every theme."""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[3] / "frontend/src/styles"
THEMES = ("light", "dark", "high")
TEXT, BORDER = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11

GROUNDS = ("paper", "sheet", "shade")
INKS = ("ink", "stone", "lake", "lacquer", "vermilion", "ochre")
PAIRS = [
    *((ink, ground, TEXT) for ink in INKS for ground in GROUNDS),
    ("lotus", "paper", TEXT),
    ("lake-deep", "paper", TEXT),
    ("on-lacquer", "lacquer", TEXT),
    ("on-lacquer", "lacquer-deep", TEXT),
    ("on-gold", "gold", TEXT),
    *((tone, f"{tone}-wash", TEXT) for tone in ("lake", "ochre", "vermilion")),
    *(("ink", f"{tone}-wash", TEXT) for tone in ("lake", "ochre", "vermilion")),
    ("paper", "lake", BORDER),
    *(("edge", ground, BORDER) for ground in GROUNDS),
]


def tokens(theme: str) -> dict[str, str]:
    """Return the colors of `theme` by token."""
    body = re.search(rf"@mixin {theme} \{{(.*?)\}}", (STYLES / "_tokens.scss").read_text(), re.DOTALL)
    assert body, theme
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", body[1]))


def luminance(color: str) -> float:
    """Return the relative luminance of `#rrggbb`. Source: WCAG 2.2, "relative luminance"."""
    parts = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colors, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


class TestTokens:
    @pytest.mark.parametrize("theme", THEMES)
    @pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
    def test_each_pair_can_be_read(self, theme: str, ink: str, ground: str, least: float) -> None:
        found = tokens(theme)
        ratio = contrast(found[ink], found[ground])
        assert ratio >= least, f"{ink} on {ground} has {ratio:.2f}"

    def test_measure_agrees_with_the_standard(self) -> None:
        assert contrast("#000000", "#ffffff") == pytest.approx(21)
        assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)

    def test_each_theme_names_the_same_tokens(self) -> None:
        assert tokens("light").keys() == tokens("dark").keys() == tokens("high").keys()

    def test_no_other_style_names_a_color(self) -> None:
        for sheet in STYLES.glob("*.scss"):
            if sheet.name not in ("_tokens.scss", "_palette.scss"):
                assert not re.findall(r":[^;{]*#[0-9a-fA-F]{3,8}\b(?![\w-])", sheet.read_text()), sheet.name
