"""GST on bills to clients: on top of what agents earn, and by the place of supply. Pure."""

from typing import NamedTuple

from hitouch.core import money


class GstParts(NamedTuple):
    """Central, state and integrated tax."""

    cgst_paise: int
    sgst_paise: int
    igst_paise: int


def gst_on_top(value_paise: int, gst_bp: int) -> int:
    """GST of a value: two equal halves, each rounded half up to a paisa.

    Within a state the halves are central and state tax, which must be equal; between states their
    sum is integrated tax. So the amount does not depend on where the client is.
    """
    if value_paise < 0:
        raise ValueError("the value of a service is never negative")
    whole = 2 * money.BASIS_POINTS
    return 2 * ((value_paise * gst_bp + whole // 2) // whole)


def split_gst(gst_paise: int, *, within_state: bool) -> GstParts:
    """Central and state tax within a state, else integrated tax. They always add up."""
    if not within_state:
        return GstParts(0, 0, gst_paise)
    central = gst_paise // 2
    return GstParts(central, gst_paise - central, 0)
