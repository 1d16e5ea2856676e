"""What a web server does before its first request: load all code, and keep it out of collections.

A full garbage collection walks all objects of the process, and stops all its threads meanwhile.
Modules, models, URLs and forms are some 300,000 objects that never become garbage.
"""

import gc

from django.urls import get_resolver


def freeze_loaded_code() -> None:
    """Import the views of all URLs, then exclude what is loaded from garbage collection."""
    get_resolver().reverse_dict  # noqa: B018  (imports them)
    gc.collect()
    gc.freeze()
