"""Read-only admin of payments."""

from django.contrib import admin

from hitouch.core import money
from hitouch.core.admin import FinanceReadOnlyAdmin
from payments.models import Payment


@admin.register(Payment)
class PaymentAdmin(FinanceReadOnlyAdmin):
    """Payments for approved work, newest first."""

    list_display = ["reference", "agent", "state", "gross", "net", "opened_at", "paid_at"]
    list_filter = ["state"]
    search_fields = ["id", "agent__given_name", "agent__family_name"]
    list_select_related = ["agent__user"]
    ordering = ["-opened_at"]

    @admin.display(description="Gross")
    def gross(self, payment: Payment) -> str:
        return money.rupees(payment.gross_paise)

    @admin.display(description="Net")
    def net(self, payment: Payment) -> str:
        return money.rupees(payment.net_paise)
