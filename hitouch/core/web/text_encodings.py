"""A WSGI wrapper for requests that name an encoding which is none of text, such as rot13.

Django fails at them before any middleware is called. They get the name of one that is refused
(`hitouch.core.api.malformed.read_as_utf_8`).
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.http import parse_header_parameters

REFUSED = "latin-1"
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def with_text_encodings(application: Application) -> Application:
    """The application, which never sees such an encoding."""

    def wrapped(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not _is_text(str(environ.get("CONTENT_TYPE", ""))):
            environ["CONTENT_TYPE"] = f"text/plain; charset={REFUSED}"
        return application(environ, start_response)

    return wrapped


def _is_text(content_type: str) -> bool:
    if "charset" not in content_type.lower():
        return True
    try:
        charset = parse_header_parameters(content_type)[1].get("charset", "utf-8")
        b"a".decode(charset, errors="replace")
    except LookupError as error:
        return "unknown encoding" in str(error)
    except ValueError:
        return False
    return True
