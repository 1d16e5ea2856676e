"""API URLs of payments (agents), money of clients (members) and payouts (finance)."""

from django.urls import path

from payments.billing import api as billing
from payments.evidence import api as evidence
from payments.funding import api as clients
from payments.payouts import api as staff
from payments.payouts import batches_api as batches
from payments.statements import api as agents
from payments.udyam import api as udyam

app_name = "payments"

urlpatterns = [
    path("client/funds/", clients.ClientFundsView.as_view(), name="funds"),
    path("client/funds/movements/", clients.MovementListView.as_view(), name="funds-movements"),
    path("client/billing-details/", billing.BillingDetailsView.as_view(), name="billing-details"),
    path("client/bills/", billing.BillListView.as_view(), name="bills"),
    path("client/bills/<uuid:bill_id>/", billing.BillView.as_view(), name="bill"),
    path(
        "client/bills/<uuid:bill_id>/einvoice/",
        billing.BillEinvoiceView.as_view(),
        name="bill-einvoice",
    ),
    path("client/credit-notes/", billing.CreditNoteListView.as_view(), name="credit-notes"),
    path("client/spend/<int:first_year>/", agents.SpendView.as_view(), name="spend"),
    path("staff/bills/", billing.BillClientView.as_view(), name="bill-client"),
    path("payments/", agents.PaymentListView.as_view(), name="payments"),
    path("payments/udyam/", udyam.UdyamView.as_view(), name="udyam"),
    path("staff/udyam/", udyam.UdyamListView.as_view(), name="udyam-registrations"),
    path(
        "staff/udyam/<uuid:udyam_id>/confirm/",
        udyam.ConfirmUdyamView.as_view(),
        name="confirm-udyam",
    ),
    path(
        "staff/udyam/<uuid:udyam_id>/reject/", udyam.RejectUdyamView.as_view(), name="reject-udyam"
    ),
    path(
        "staff/udyam/<uuid:udyam_id>/number/", udyam.UdyamNumberView.as_view(), name="udyam-number"
    ),
    path("payments/<uuid:payment_id>/", agents.PaymentDetailView.as_view(), name="payment"),
    path("payments/<uuid:payment_id>/payslip/", agents.PayslipView.as_view(), name="payslip"),
    path("payments/years/<int:first_year>/", agents.YearlyStatementView.as_view(), name="year"),
    path("staff/payouts/", staff.PayoutListView.as_view(), name="payouts"),
    path("staff/payouts/<uuid:payout_id>/start/", staff.StartPayoutView.as_view(), name="start"),
    path(
        "staff/payouts/<uuid:payout_id>/account/", staff.PayoutAccountView.as_view(), name="account"
    ),
    path("staff/payouts/<uuid:payout_id>/settle/", staff.SettlePayoutView.as_view(), name="settle"),
    path("staff/payouts/<uuid:payout_id>/fail/", staff.FailPayoutView.as_view(), name="fail"),
    path("staff/payouts/<uuid:payout_id>/retry/", staff.RetryPayoutView.as_view(), name="retry"),
    path(
        "staff/payouts/<uuid:payout_id>/decisions/",
        staff.ProposeDecisionView.as_view(),
        name="propose-decision",
    ),
    path(
        "staff/payout-decisions/<uuid:decision_id>/accept/",
        staff.AcceptDecisionView.as_view(),
        name="accept-decision",
    ),
    path(
        "staff/payout-decisions/<uuid:decision_id>/decline/",
        staff.DeclineDecisionView.as_view(),
        name="decline-decision",
    ),
    path("staff/payout-batches/", batches.BatchListView.as_view(), name="batches"),
    path("staff/payout-batches/<uuid:batch_id>/", batches.BatchView.as_view(), name="batch"),
    path(
        "staff/payout-batches/<uuid:batch_id>/submit/",
        batches.SubmitBatchView.as_view(),
        name="submit-batch",
    ),
    path(
        "staff/payout-batches/<uuid:batch_id>/approve/",
        batches.ApproveBatchView.as_view(),
        name="approve-batch",
    ),
    path(
        "staff/payout-batches/<uuid:batch_id>/reject/",
        batches.RejectBatchView.as_view(),
        name="reject-batch",
    ),
    path(
        "staff/payout-batches/<uuid:batch_id>/file/",
        batches.BankFileView.as_view(),
        name="bank-file",
    ),
    path(
        "staff/payout-batches/<uuid:batch_id>/utrs/",
        batches.BatchUtrsView.as_view(),
        name="batch-utrs",
    ),
    path(
        "staff/payout-batches/<uuid:batch_id>/confirm-utrs/",
        batches.ConfirmUtrsView.as_view(),
        name="confirm-utrs",
    ),
    path(
        "staff/payouts/<uuid:payout_id>/remove/",
        batches.RemovePayoutView.as_view(),
        name="remove-payout",
    ),
    path(
        "staff/evidence/<slug:kind>/<uuid:about_id>/",
        evidence.EvidenceListView.as_view(),
        name="evidence",
    ),
    path(
        "staff/evidence-files/<uuid:file_id>/",
        evidence.EvidenceFileView.as_view(),
        name="evidence-file",
    ),
    path("staff/payment-holds/", staff.HoldPaymentView.as_view(), name="hold-payment"),
    path(
        "staff/payment-holds/<uuid:hold_id>/release/",
        staff.ReleasePaymentHoldView.as_view(),
        name="release-hold",
    ),
    path("staff/sending/", staff.SendingSwitchView.as_view(), name="sending"),
    path("staff/sending/stop/", staff.StopSendingView.as_view(), name="stop-sending"),
    path("staff/sending/start/", staff.StartSendingView.as_view(), name="start-sending"),
]
