"""Read-only admin of the ledger: entries with their legs, and accounts with their balances."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.html import format_html

from hitouch.core import money
from hitouch.core.admin import FinanceReadOnlyAdmin
from hitouch.core.web.admin_lists import Column, PagedChangeList
from payments.ledger import descriptions, queries
from payments.models import Entry, LedgerAccount

#: The movements that the page of an account shows.
LATEST = 50


class EntryList(PagedChangeList):
    """A page of entries with their amounts and sources, in one query for each kind of source."""

    def get_results(self, request: HttpRequest) -> None:
        """Find amounts and sources of the entries on this page."""
        super().get_results(request)
        rows: Any = list(self.result_list)
        amounts = descriptions.amounts_of([entry.pk for entry in rows])
        sources = descriptions.sources_of(rows)
        for entry in rows:
            entry.moved_paise, entry.source = amounts.get(entry.pk, 0), sources[entry.pk]
        self.result_list = rows


@admin.register(Entry)
class EntryAdmin(FinanceReadOnlyAdmin):
    """Ledger entries, newest first."""

    list_display = ["at", "kind", "about", "amount"]
    list_filter = ["kind"]
    search_by = (Column("the id of a source", "source_id"),)
    ordering = ["-at"]
    list_select_related = ["reverses"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list with amounts and sources."""
        return EntryList

    @admin.display(description="About")
    def about(self, entry: Any) -> str:
        """What the entry books, with a link to its page."""
        source = entry.source
        if not source.url:
            return str(source.text)
        return format_html('<a href="{}">{}</a>', source.url, source.text)

    @admin.display(description="Amount")
    def amount(self, entry: Any) -> str:
        return money.rupees(entry.moved_paise)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One entry: its legs on two sides, what it books, and the entries that belong to it."""
        if not self.has_role(request):
            raise PermissionDenied
        entry = get_object_or_404(Entry.objects.select_related("reverses", "seal"), pk=object_id)
        lines = descriptions.legs_of(entry)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(entry),
            "entry": entry,
            "source": descriptions.sources_of([entry])[entry.pk],
            "lines": lines,
            "total_paise": sum(line.debit_paise or 0 for line in lines),
            "seal": getattr(entry, "seal", None),
            "others": descriptions.related_entries(entry),
        }
        return TemplateResponse(request, "payments/ledger/admin/entry.html", context)


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

    list_display = ["name", "kind", "debit", "credit"]
    list_filter = ["kind"]
    list_select_related = ["agent__user", "client", "reserve__opportunity"]
    ordering = ["kind", "id"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list with balances."""
        return AccountList

    @admin.display(description="Account")
    def name(self, account: LedgerAccount) -> str:
        return str(account)

    @admin.display(description="Debit balance")
    def debit(self, account: Any) -> str:
        return money.rupees(account.balance_paise) if account.balance_paise > 0 else ""

    @admin.display(description="Credit balance")
    def credit(self, account: Any) -> str:
        return money.rupees(-account.balance_paise) if account.balance_paise < 0 else ""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One account with its balance and its latest movements."""
        if not self.has_role(request):
            raise PermissionDenied
        rows = LedgerAccount.objects.select_related(*self.list_select_related)
        account = get_object_or_404(rows, pk=object_id)
        legs = list(descriptions.latest_legs(account.pk, LATEST))
        sources = descriptions.sources_of([leg.entry for leg in legs])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(account),
            "account": account,
            "balance_paise": queries.balances([account.pk])[account.pk],
            "movements": [(leg, sources[leg.entry_id]) for leg in legs],
            "latest": LATEST,
        }
        return TemplateResponse(request, "payments/ledger/admin/account.html", context)
