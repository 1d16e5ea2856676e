"""A name of a class stands for one thing in the whole product."""

import ast
from collections import defaultdict

from tests.support.source_files import ROOT, walk

APPS = ("hitouch", "accounts", "proctoring", "onboarding", "gigs", "payments", "chatbot")
#: Names that Django and its commands look for.
CONVENTIONAL = {"Command", "Migration"}


def test_no_two_classes_share_a_name():
    """Whoever searches for a class finds one definition, whatever app it is in."""
    places = defaultdict(list)
    for path in (path for app in APPS for path in walk(ROOT / app)):
        if path.suffix != ".py" or {"tests", "migrations"} & set(path.parts):
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and node.name not in CONVENTIONAL:
                places[node.name].append(str(path.relative_to(ROOT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}
