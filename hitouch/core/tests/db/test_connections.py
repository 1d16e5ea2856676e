"""Database connections are given back before long work without them."""

import io
from typing import Any

import pytest
from django.db import connection, transaction
from PIL import Image

from hitouch.core import sandbox
from hitouch.core.db.connections import release_connection
from hitouch.core.files import storage


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held_while_a_file_is_decoded(monkeypatch: Any) -> None:
    """However long decoders take, they keep no connection from other requests."""
    run, held = sandbox.run, []

    def look(*args: Any, **facts: Any) -> Any:
        held.append(connection.connection is not None)
        return run(*args, **facts)

    monkeypatch.setattr(sandbox, "run", look)
    connection.ensure_connection()
    picture = io.BytesIO()
    Image.new("RGB", (40, 40)).save(picture, "PNG")
    storage.decode_picture(picture.getvalue())
    assert held == [False]


@pytest.mark.django_db(transaction=True)
def test_transaction_keeps_its_connection() -> None:
    """In a transaction nothing happens: it would be lost."""
    with transaction.atomic():
        release_connection()
        assert connection.connection is not None
