"""Values of path parameters that lead nowhere break no page and no endpoint."""

import re
from collections.abc import Iterator

import pytest

from gigs.tests.support.marketplace import make_client, make_member
from tests.architecture.test_permissions import ALL, is_admin

#: By converter; staff's pages of the admin have a test of their own.
ODD = {
    "int": ("0", "9999", "9" * 20),
    "slug": ("zz", "0", "9" * 20),
    "str": ("zz", "a:b", "%F0%9F%98%80"),
    "uuid": ("00000000-0000-4000-8000-000000000000",),
}


def odd_paths() -> Iterator[str]:
    """Each page and endpoint that has parameters other than ids of rows, three times."""
    for pattern, _ in ALL:
        kinds = re.findall(r"<(\w+):", pattern)
        if is_admin(pattern) or not {*kinds} - {"uuid"}:
            continue
        for number in range(3):
            path = pattern
            for kind in kinds:
                path = re.sub(r"<[^>]*>", ODD[kind][number % len(ODD[kind])], path, count=1)
            yield f"/{path}"


@pytest.mark.parametrize("name", ["Asha", "Olga"])
def test_odd_values_are_refused(asha, signed_in, name):
    """A year 0, a number with twenty digits, an unknown word: for agents and clients alike."""
    owner = make_member("Olga", make_client("Orchid Retail"))
    browser = signed_in(asha.user if name == "Asha" else owner.user)
    browser.raise_request_exception = False
    paths = list(odd_paths())
    assert len(paths) > 90
    failed = [
        (method, path)
        for path in paths
        for method in ("get", "post")
        if getattr(browser, method)(path).status_code >= 500
    ]
    assert not failed
