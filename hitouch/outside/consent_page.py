"""The page on which a person tells our own DigiLocker who they are, and allows or cancels."""

from html import escape
from urllib.parse import quote, urlencode

from hitouch.outside.papers import TYPED, FakeAccountHolder


def consent_page(given: dict[str, str]) -> str:
    """A page as plain as it can be: who, what, allow, cancel."""
    fields = "".join(
        f"<p><label>{escape(words)}<br>"
        f'<input name="{name}" value="{escape(getattr(FakeAccountHolder(), name))}"></label></p>'
        for name, words in TYPED.items()
    )
    action = f"/digilocker/public/oauth2/1/authorize?{urlencode(given, quote_via=quote)}"
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>A DigiLocker of our own</title>'
        "<main><h1>A DigiLocker of our own</h1><p>Nothing here is real. Say who you are, and "
        "whether HitouchCX may see your Aadhaar (masked) and your PAN.</p>"
        f'<form method="post" action="{escape(action)}">{fields}'
        '<button name="answer" value="allow">Allow</button> '
        '<button name="answer" value="cancel">Cancel</button></form></main></html>'
    )
