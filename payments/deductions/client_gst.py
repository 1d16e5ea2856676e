"""GST that a client pays on top of what its agents earn. Uses no database."""

from hitouch.core import money


def gst_on_top(value_paise: int, gst_bp: int) -> int:
    """GST of a value: two equal halves, each rounded half up to a paisa.

    Within a state the halves are central and state tax, which must be equal; between states their
    sum is integrated tax. So the amount does not depend on where the client is.
    """
    if value_paise < 0:
        raise ValueError("the value of a service is never negative")
    whole = 2 * money.BASIS_POINTS
    return 2 * ((value_paise * gst_bp + whole // 2) // whole)
