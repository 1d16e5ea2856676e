"""The finance desk: payouts to send, the books to read, the rates to date."""

from payments.admin import ledger as books
from payments.admin import payouts as payouts
from payments.admin import rates as rules

__all__ = ["books", "payouts", "rules"]
