"""Platform fee and GST deducted from a gross amount after its tax. Uses no database."""

from dataclasses import dataclass

from hitouch.core import money


@dataclass(frozen=True)
class FeeRates:
    """Rates in basis points: the fee of the gross amount, and GST of the fee."""

    fee_bp: int
    gst_bp: int

    def __post_init__(self) -> None:
        for name in ("fee_bp", "gst_bp"):
            if not 0 <= getattr(self, name) <= money.BASIS_POINTS:
                raise ValueError(f"{name} is not between 0 and {money.BASIS_POINTS}")


@dataclass(frozen=True)
class Breakdown:
    """The parts of a gross amount. They always add up to it."""

    gross_paise: int
    tds_paise: int
    fee_paise: int
    gst_paise: int
    net_paise: int


def deduct(gross_paise: int, rates: FeeRates, *, tds_paise: int = 0) -> Breakdown:
    """Split a gross amount; the agent gets what is left after the rounded deductions.

    Tax comes first. A fee that with its GST is more than what is left is lowered to what is left.
    """
    if gross_paise < 0:
        raise ValueError("a gross amount is never negative")
    if not 0 <= tds_paise <= gross_paise:
        raise ValueError("the tax is not between nothing and the gross amount")
    left = gross_paise - tds_paise
    fee = money.share(gross_paise, rates.fee_bp)
    if fee + money.share(fee, rates.gst_bp) > left:
        fee = left * money.BASIS_POINTS // (money.BASIS_POINTS + rates.gst_bp)
        # The GST is rounded up at half a paisa, so a whole paisa may be missing.
        fee -= fee + money.share(fee, rates.gst_bp) > left
    gst = money.share(fee, rates.gst_bp)
    return Breakdown(gross_paise, tds_paise, fee, gst, left - fee - gst)
