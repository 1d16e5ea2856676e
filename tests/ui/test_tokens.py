"""Design tokens: raw values stand in tokens.css only, and colours have enough contrast."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployment.sites import PROJECT

CSS = PROJECT / "static" / "css"
TOKENS = CSS / "tokens.css"
SHEETS = sorted(set(CSS.rglob("*.css")) - {TOKENS})
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RAW_COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b(?![^{]*\{)|\b(?:rgba?|hsla?|oklch|oklab|lab|lch|hwb|color)\(|"
    r":\s*[^;{]*\b(?:white|black|red|green|blue|gr[ae]y|orange|yellow|purple|teal)\b",
    re.IGNORECASE,
)
RAW_PIXELS = re.compile(r"(?<![\w.])(?!0px|1px)[\d.]+px")
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
MODES = {"light": 0, "dark": 1}
BACKGROUNDS = ("surface", "raised", "sunken")
TEXT_COLOURS = ("text", "muted", "accent", "accent-strong", "good", "warn", "bad", "info")
COLOUR_PAIRS = [
    *((text, background) for text in TEXT_COLOURS for background in BACKGROUNDS),
    *((tone, f"{tone}-soft") for tone in ("good", "warn", "bad", "info", "accent")),
    *(("text", f"{tone}-soft") for tone in ("good", "warn", "bad", "info", "accent")),
    ("accent-strong", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-bad", "bad"),
    ("raised", "good"),
]


def without_comments(sheet: Path) -> str:
    return COMMENT.sub("", sheet.read_text(encoding="utf-8"))


def matching_lines(pattern: re.Pattern[str]) -> Iterator[str]:
    for sheet in SHEETS:
        for line in without_comments(sheet).splitlines():
            if pattern.search(line):
                yield f"{sheet.relative_to(PROJECT)}: {line.strip()[:120]}"


def test_raw_colours_are_in_tokens_only() -> None:
    """No other stylesheet writes a colour as a number or a name."""
    assert list(matching_lines(RAW_COLOUR)) == []


def test_pixel_values_are_in_tokens_only() -> None:
    """No other stylesheet uses pixel values except 0px and 1px."""
    assert list(matching_lines(RAW_PIXELS)) == []


def test_every_token_that_is_used_exists() -> None:
    """Every token in use is defined in tokens.css or in the same stylesheet."""
    known = set(re.findall(r"(--[\w-]+):", without_comments(TOKENS)))
    missing = []
    for sheet in SHEETS:
        text = without_comments(sheet)
        own = set(re.findall(r"(--[\w-]+):", text))
        used = set(re.findall(r"var\((--[\w-]+)", text))
        missing += [f"{sheet.name} {name}" for name in sorted(used - known - own)]
    assert missing == []


def relative_luminance(colour: str) -> float:
    """Relative luminance as defined in WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((relative_luminance(one), relative_luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", MODES)
def test_text_has_enough_contrast(mode: str) -> None:
    """Every text colour has a contrast of at least 4.5 on the backgrounds it is used on."""
    colours = {name: pair[MODES[mode]] for name, *pair in PAIR.findall(without_comments(TOKENS))}
    ratios = {
        f"{ink} on {ground}": contrast(colours[ink], colours[ground])
        for ink, ground in COLOUR_PAIRS
    }
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("mode", MODES)
def test_field_borders_have_enough_contrast(mode: str) -> None:
    """The border of a field has a contrast of at least 3 with its background."""
    colours = {name: pair[MODES[mode]] for name, *pair in PAIR.findall(without_comments(TOKENS))}
    for ground in ("surface", "raised"):
        assert contrast(colours["line-strong"], colours[ground]) >= 3
