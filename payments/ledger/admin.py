"""Read-only admin of the ledger: entries with their legs, and accounts with their balances."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest

from hitouch.core import money
from hitouch.core.admin import FinanceReadOnlyAdmin, ReadOnlyMixin
from hitouch.core.web.admin_lists import Column, PagedChangeList
from payments.ledger import queries
from payments.models import Entry, LedgerAccount, Leg


class LegInline(ReadOnlyMixin, admin.TabularInline):
    """The legs (debits and credits) of an entry."""

    allowed_roles = ("finance",)
    model = Leg
    fields = ["account", "amount"]
    readonly_fields = ["account", "amount"]
    ordering = ["position"]
    extra = 0

    @admin.display(description="Amount (credits are negative)")
    def amount(self, leg: Leg) -> str:
        return money.rupees(leg.amount_paise)


@admin.register(Entry)
class EntryAdmin(FinanceReadOnlyAdmin):
    """Ledger entries, newest first."""

    list_display = ["at", "kind", "source_type", "source_id", "reverses"]
    list_filter = ["kind"]
    search_by = (Column("the id of a source", "source_id"),)
    ordering = ["-at"]
    list_select_related = ["reverses"]
    inlines = [LegInline]


class AccountList(PagedChangeList):
    """A page of accounts with their balances, which one query finds."""

    def get_results(self, request: HttpRequest) -> None:
        """Find the balances of the accounts on this page."""
        super().get_results(request)
        rows: Any = list(self.result_list)
        paise = queries.balances([account.pk for account in rows])
        for account in rows:
            account.balance_paise = paise[account.pk]
        self.result_list = rows


@admin.register(LedgerAccount)
class LedgerAccountAdmin(FinanceReadOnlyAdmin):
    """Ledger accounts with their balances."""

    list_display = ["kind", "agent", "client", "reserve", "amount"]
    list_filter = ["kind"]
    list_select_related = ["agent__user", "client", "reserve__opportunity"]
    ordering = ["kind", "id"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list with balances."""
        return AccountList

    @admin.display(description="Balance (credits are negative)")
    def amount(self, account: LedgerAccount) -> str:
        stored = getattr(account, "balance_paise", None)
        return money.rupees(
            queries.balances([account.pk])[account.pk] if stored is None else stored
        )
