"""The tokens: the only place with raw values, and colours that can be read."""

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
GROUNDS = ("surface", "raised", "sunken")
INKS = ("text", "muted", "accent", "accent-strong", "good", "warn", "bad", "info")
READ_ON = [
    *((ink, ground) for ink in INKS for ground in GROUNDS),
    *((tone, f"{tone}-soft") for tone in ("good", "warn", "bad", "info", "accent")),
    *(("text", f"{tone}-soft") for tone in ("good", "warn", "bad", "info", "accent")),
    ("accent-strong", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-bad", "bad"),
    ("raised", "good"),
]


def rules(sheet: Path) -> str:
    return COMMENT.sub("", sheet.read_text(encoding="utf-8"))


def found(pattern: re.Pattern[str]) -> Iterator[str]:
    for sheet in SHEETS:
        for line in rules(sheet).splitlines():
            if pattern.search(line):
                yield f"{sheet.relative_to(PROJECT)}: {line.strip()[:120]}"


def test_colours_are_named_in_tokens_only() -> None:
    """No sheet but tokens.css writes a colour as a number or a name."""
    assert list(found(RAW_COLOUR)) == []


def test_pixels_are_named_in_tokens_only() -> None:
    """No sheet but tokens.css counts pixels, but for nothing and a hairline."""
    assert list(found(RAW_PIXELS)) == []


def test_every_token_that_is_used_exists() -> None:
    """A sheet never asks for a token that tokens.css does not have, or sets itself."""
    known = set(re.findall(r"(--[\w-]+):", rules(TOKENS)))
    missing = []
    for sheet in SHEETS:
        text = rules(sheet)
        own = set(re.findall(r"(--[\w-]+):", text))
        used = set(re.findall(r"var\((--[\w-]+)", text))
        missing += [f"{sheet.name} {name}" for name in sorted(used - known - own)]
    assert missing == []


def light_of(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 reckons it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((light_of(one), light_of(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", MODES)
def test_text_can_be_read(mode: str) -> None:
    """Every pair of ink and ground that we use has a contrast of 4.5 or more."""
    colours = {name: pair[MODES[mode]] for name, *pair in PAIR.findall(rules(TOKENS))}
    ratios = {
        f"{ink} on {ground}": contrast(colours[ink], colours[ground]) for ink, ground in READ_ON
    }
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("mode", MODES)
def test_edges_can_be_seen(mode: str) -> None:
    """The edge of a field stands out from what is around it by 3 or more."""
    colours = {name: pair[MODES[mode]] for name, *pair in PAIR.findall(rules(TOKENS))}
    for ground in ("surface", "raised"):
        assert contrast(colours["line-strong"], colours[ground]) >= 3
