"""Which characters the fonts of papers draw."""

import unicodedata

import pytest

from hitouch.core.printing import fonts

#: One word in the script of each language of the Eighth Schedule; two where it has two scripts.
SCHEDULED_LANGUAGES = {
    "Assamese": "অসমীয়া ৰৱ",
    "Bengali": "র‍্যাচেল বাংলা",
    "Bodo": "बर'",
    "Dogri": "डोगरी",
    "Gujarati": "ગુજરાતી",
    "Hindi": "हिन्दी ज़ोया",
    "Kannada": "ರಾಜ್‌ಕುಮಾರ್",
    "Kashmiri": "کٲشُر",
    "Kashmiri in Devanagari": "कॉशुर",
    "Konkani": "कोंकणी",
    "Maithili": "मैथिली",
    "Malayalam": "മോഹൻ മോഹന്‍",
    "Manipuri": "ꯃꯤꯇꯩꯂꯣꯟ",
    "Manipuri in Bengali": "মৈতৈলোন্",
    "Marathi": "मराठी ळ",
    "Nepali": "नेपाली",
    "Odia": "ଓଡ଼ିଆ",
    "Punjabi": "ਗੁਰਪ੍ਰੀਤ",
    "Sanskrit": "संस्कृतम्",
    "Santali": "ᱥᱟᱱᱛᱟᱲᱤ",
    "Sindhi": "سنڌي",
    "Sindhi in Devanagari": "सिन्धी ॻ ॼ ॾ ॿ",
    "Tamil": "தமிழ் ஸ்ரீ",
    "Telugu": "తెలుగు",
    "Urdu": "اُردُو علی ڈاکٹر",
    "English": "D'Souza K. M. Joseph",
    "Latin with accents": "José Łukasz Nguyễn Khongwïr ṛṣi Zoë",
}


@pytest.mark.parametrize("word", SCHEDULED_LANGUAGES.values(), ids=SCHEDULED_LANGUAGES)
def test_scheduled_languages_are_drawn(word: str) -> None:
    """Every scheduled language has its letters, as keyboards write them."""
    assert fonts.undrawable_in(unicodedata.normalize("NFC", word)) == []


@pytest.mark.parametrize(
    "char",
    ["\U0001f600", "\u674e", "\u0e01", "\u202e", "\u200b", "\ufeff", "\u00ad", "\ue000", "\x00",
     "\n", "\ufe0f", "\u034f", "\u3164", "\u2066", "\U000e0041"],
    ids=ascii,
)  # fmt: skip
def test_what_no_font_draws(char: str) -> None:
    """Emoji, scripts without a font, and invisible characters are not drawable."""
    assert fonts.undrawable_in(f"Asha{char}Rao{char}") == [char]
    assert char not in fonts.describe("\u202e")


def test_every_font_is_read() -> None:
    """Every font has characters, a licence and a source."""
    found = sorted(fonts.DIRECTORY.glob("*.ttf"))
    assert len(found) == 13
    assert all(sum(1 for _ in fonts.codes_of_font(font.read_bytes())) > 40 for font in found)
    licence = (fonts.DIRECTORY / "OFL.txt").read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert all(font.name in licence for font in found)
