"""API URLs of payments (agents) and payouts (finance)."""

from django.urls import path

from payments.payouts import api as staff
from payments.statements import api as agents

app_name = "payments"

urlpatterns = [
    path("payments/", agents.PaymentListView.as_view(), name="payments"),
    path("payments/<uuid:payment_id>/", agents.PaymentDetailView.as_view(), name="payment"),
    path("payments/<uuid:payment_id>/payslip/", agents.PayslipView.as_view(), name="payslip"),
    path("staff/payouts/", staff.PayoutListView.as_view(), name="payouts"),
    path("staff/payouts/<uuid:payout_id>/start/", staff.StartPayoutView.as_view(), name="start"),
    path(
        "staff/payouts/<uuid:payout_id>/account/", staff.PayoutAccountView.as_view(), name="account"
    ),
    path("staff/payouts/<uuid:payout_id>/settle/", staff.SettlePayoutView.as_view(), name="settle"),
    path("staff/payouts/<uuid:payout_id>/fail/", staff.FailPayoutView.as_view(), name="fail"),
    path("staff/payouts/<uuid:payout_id>/retry/", staff.RetryPayoutView.as_view(), name="retry"),
]
