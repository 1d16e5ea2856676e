"""Money of clients for tests, by the services that production uses."""

from datetime import datetime
from zlib import crc32

from conftest import NOON
from gigs.models import Client
from hitouch.core.india_time import day_of
from payments import seeding
from payments.funding import deposits
from payments.models import Deposit

CRORE_PAISE = 1_00_00_000_00


def seed_rates(at: datetime = NOON) -> None:
    """Rates of tax and fees, without which no approved work is paid."""
    seeding.seed(at)


def fund(client: Client, *, paise: int = CRORE_PAISE, at: datetime = NOON) -> Deposit:
    """A transfer of the client with its reference, as on the bank statement.

    Publishing also needs the rate of GST, which every running site has.
    """
    seeding.seed_client_gst()
    reference = deposits.open_funding(client).reference
    number = Deposit.objects.count()
    return deposits.receive_deposit(
        amount_paise=paise,
        utr_number=f"HDFCN5{number:06d}{crc32(reference.encode()) % 10**8:08d}",
        received_on=day_of(at),
        narration=f"NEFT CR-{client.name.upper()}-{reference}",
        origin=Deposit.Origin.STATEMENT,
        at=at,
    )
