"""Read-only admin of the ledger: entries with their legs, and accounts with their balances."""

from django.contrib import admin
from django.db.models import QuerySet, Sum
from django.http import HttpRequest

from hitouch.core import money
from hitouch.core.admin import FinanceReadOnlyAdmin, ReadOnlyMixin
from payments.models import Entry, LedgerAccount, Leg


class LegInline(ReadOnlyMixin, admin.TabularInline):
    """The legs (debits and credits) of an entry."""

    allowed_roles = ("finance",)
    model = Leg
    fields = ["account", "amount"]
    readonly_fields = ["account", "amount"]
    extra = 0

    @admin.display(description="Amount (credits are negative)")
    def amount(self, leg: Leg) -> str:
        return money.rupees(leg.amount_paise)


@admin.register(Entry)
class EntryAdmin(FinanceReadOnlyAdmin):
    """Ledger entries, newest first."""

    list_display = ["at", "kind", "source_id", "reverses"]
    list_filter = ["kind"]
    search_fields = ["source_id"]
    ordering = ["-at"]
    list_select_related = ["reverses"]
    inlines = [LegInline]


@admin.register(LedgerAccount)
class LedgerAccountAdmin(FinanceReadOnlyAdmin):
    """Ledger accounts with their balances."""

    list_display = ["kind", "agent", "client", "balance"]
    list_filter = ["kind"]
    list_select_related = ["agent__user", "client"]
    ordering = ["kind", "id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerAccount]:
        """Annotate each account with `paise`, the sum of its legs."""
        return super().get_queryset(request).annotate(paise=Sum("legs__amount_paise", default=0))

    @admin.display(description="Balance (credits are negative)")
    def balance(self, account: LedgerAccount) -> str:
        return money.rupees(getattr(account, "paise", 0))
