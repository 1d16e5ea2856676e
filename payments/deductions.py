"""Tax, platform fee and GST deducted from a gross amount, in whole paise. Uses no database."""

from dataclasses import dataclass

from hitouch.core import money


@dataclass(frozen=True)
class Rates:
    """Rates in basis points: tax and fee of the gross amount, GST of the fee."""

    tds_bp: int
    fee_bp: int
    gst_bp: int
    tds_free_up_to_paise: int = 0

    def __post_init__(self) -> None:
        for name in ("tds_bp", "fee_bp", "gst_bp"):
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


def deduct(gross_paise: int, rates: Rates) -> Breakdown:
    """Split a gross amount; the agent gets what is left after the rounded deductions."""
    if gross_paise < 0:
        raise ValueError("a gross amount is never negative")
    taxed = gross_paise > rates.tds_free_up_to_paise
    tds = money.share(gross_paise, rates.tds_bp) if taxed else 0
    fee = money.share(gross_paise, rates.fee_bp)
    gst = money.share(fee, rates.gst_bp)
    net = gross_paise - tds - fee - gst
    if net < 0:
        raise ValueError("these rates take more than there is")
    return Breakdown(gross_paise, tds, fee, gst, net)
