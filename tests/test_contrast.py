"""The colours of the tokens can be read, in every theme (WCAG 2.2: 4.5 for text, 3 for edges)."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[1] / "kiosk/static/css"
PAPERS = ("paper", "surface", "sunken")
TEXT = [(ink, paper, 4.5) for ink in ("ink-2", "ink-3") for paper in PAPERS]
INK = [("ink", paper, 7) for paper in PAPERS] + [
    ("ink", hill, 4.5) for hill in ("hill-1", "hill-2")
]
STATES = [("on-state", state, 4.5) for state in ("ok", "info", "warn", "stop", "queue")]
WASHES = [(word, f"{word}-wash", 4.5) for word in ("ok", "info", "warn", "stop", "gold", "queue")]
ACCENT = [
    ("on-accent", "accent", 4.5), ("on-accent", "accent-strong", 4.5),
    ("on-accent-2", "accent", 4.5), ("accent-strong", "accent-wash", 4.5),
    ("accent", "paper", 4.5), ("on-warn-field", "warn-field", 7), ("ink", "gold-wash", 7),
    ("ink", "key", 7), ("paper", "ink", 7), ("stop", "paper", 4.5),
]  # fmt: skip
EDGES = [
    ("edge", "surface", 3),
    ("edge", "paper", 3),
    ("focus", "paper", 3),
    ("focus", "sunken", 3),
]
PAIRS = [*TEXT, *INK, *STATES, *WASHES, *ACCENT, *EDGES]


def block(selector: str) -> dict[str, str]:
    css = (CSS / "tokens.css").read_text("utf-8") + (CSS / "themes.css").read_text("utf-8")
    found = re.search(re.escape(selector) + r" \{(.*?)\n\}", css, re.DOTALL)
    assert found, selector
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", found[1]))


THEMES = {
    "home": block(":root"),
    "community": block(":root") | block('[data-theme="community"]'),
    "contrast": block(":root") | block('[data-contrast="more"]'),
    "community contrast": block(":root")
    | block('[data-theme="community"]')
    | block('[data-contrast="more"]'),
}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_twenty_one():
    assert round(contrast("#000000", "#ffffff"), 2) == 21


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_of_colours_can_be_read(theme):
    tokens = THEMES[theme]
    low = {
        f"{front} on {ground}": round(contrast(tokens[front], tokens[ground]), 2)
        for front, ground, least in PAIRS
        if contrast(tokens[front], tokens[ground]) < least
    }

    assert low == {}


def test_no_other_file_brings_colours_of_its_own():
    own = re.compile(r"#[0-9a-f]{3,8}\b(?!\s*\))", re.IGNORECASE)
    allowed = {"tokens.css", "themes.css", "qr.css"}  # a code stands on pure white

    for path in CSS.glob("*.css"):
        if path.name not in allowed:
            assert not own.search(path.read_text("utf-8")), path.name
