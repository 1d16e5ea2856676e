"""The money endpoints: an agent's own, and finance's."""

from django.urls import path

from payments import api

app_name = "payments"

urlpatterns = [
    path("payments/", api.Payments.as_view(), name="payments"),
    path("payments/<uuid:payment_id>/", api.OnePayment.as_view(), name="payment"),
    path("staff/payouts/", api.Payouts.as_view(), name="payouts"),
    path("staff/payouts/<uuid:payout_id>/start/", api.StartPayout.as_view(), name="start"),
    path("staff/payouts/<uuid:payout_id>/account/", api.PayoutAccount.as_view(), name="account"),
    path("staff/payouts/<uuid:payout_id>/settle/", api.SettlePayout.as_view(), name="settle"),
    path("staff/payouts/<uuid:payout_id>/fail/", api.FailPayout.as_view(), name="fail"),
    path("staff/payouts/<uuid:payout_id>/retry/", api.RetryPayout.as_view(), name="retry"),
]
