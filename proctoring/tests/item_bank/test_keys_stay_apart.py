"""No module that serves candidates knows the table of keys."""

import re
from pathlib import Path

import pytest

from proctoring.models import ItemKey

APP = Path(__file__).parents[2]
TEMPLATES = APP.parent / "templates" / "proctoring"
#: What candidates are served by. Grading and the pages of staff are not among them.
SERVING = ("delivery", "sound", "monitoring", "setup", "invitations", "results")
#: The model, a join from a version, and the columns that only the key has.
KEY = re.compile(r"ItemKey|__key\b|version\.key\b|\.accepted\b|model_answer|\bscript\b(?![>-])")


def modules() -> list[Path]:
    code = [path for name in SERVING for path in sorted((APP / name).glob("**/*.py"))]
    pages = [
        path
        for path in sorted(TEMPLATES.glob("**/*.html"))
        if not {"item_bank", "grading", "scales", "review"} & set(path.parts)
        and path.name not in ("case.html", "_decide.html")
    ]
    return [*code, *pages]


@pytest.mark.parametrize("path", modules(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_candidate_pages_never_read_keys(path):
    """Code and templates of candidates neither import nor join the keys."""
    text = re.sub(r"<(no)?script.*?>|</(no)?script>|no_?script", "", path.read_text())
    assert not KEY.search(text)


def test_keys_are_reached_from_versions_only():
    """The key hangs on a version by one relation, so the search above finds every join."""
    relations = [field.name for field in ItemKey._meta.get_fields() if field.is_relation]
    assert relations == ["version"]
