"""Class names are unique in the whole product."""

import ast
from collections import defaultdict

from tests.support.source_files import ROOT, product_files, tree_of

#: Names that Django and its commands look for.
CONVENTIONAL = {"Command", "Migration"}


def test_no_two_classes_share_a_name():
    """A search for a class finds one definition, whatever app it is in."""
    places = defaultdict(list)
    for path in product_files():
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef) and node.name not in CONVENTIONAL:
                places[node.name].append(str(path.relative_to(ROOT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}
