"""The finance desk: payouts to send, the books to read, the rates to date."""

from payments.admin import books, payouts, rules

__all__ = ["books", "payouts", "rules"]
