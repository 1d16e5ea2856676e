"""URLs of an agent's payment pages, and of the page of a client's money."""

from django.urls import path

from payments.billing import views as billing
from payments.desk import views as desk
from payments.funding import views as funding
from payments.statements import views
from payments.udyam import views as udyam

app_name = "payments"

urlpatterns = [
    path("finance/", desk.desk, name="desk"),
    path("finance/projects/", desk.projects, name="projects"),
    path("finance/projects/<uuid:project_id>/", desk.project, name="project"),
    path("client/funds/", funding.funds, name="funds"),
    path("client/funds/movements.csv", funding.funds_as_csv, name="funds-csv"),
    path("client/bills/", billing.bills, name="bills"),
    path("client/bills/details/", billing.details, name="billing-details"),
    path("client/bills/<uuid:bill_id>/bill.pdf", billing.bill_as_pdf, name="bill-pdf"),
    path("client/bills/<uuid:bill_id>/einvoice.json", billing.bill_as_json, name="bill-json"),
    path(
        "client/credit-notes/<uuid:note_id>/credit-note.pdf",
        billing.credit_note_as_pdf,
        name="credit-note-pdf",
    ),
    path(
        "client/credit-notes/<uuid:note_id>/einvoice.json",
        billing.credit_note_as_json,
        name="credit-note-json",
    ),
    path("client/spend/", views.spend_this_year, name="spend"),
    path("client/spend/<int:first_year>/", views.spend_year, name="spend-year"),
    path("client/spend/<int:first_year>/spend.csv", views.spend_as_csv, name="spend-csv"),
    path("client/spend/<int:first_year>/spend.pdf", views.spend_as_pdf, name="spend-pdf"),
    path("money/", views.earnings, name="money"),
    path("money/udyam/", udyam.registration, name="udyam"),
    path("money/udyam/end/", udyam.end, name="udyam-end"),
    path("money/years/<int:first_year>/", views.statement, name="year"),
    path("money/years/<int:first_year>/statement.csv", views.statement_as_csv, name="year-csv"),
    path("money/years/<int:first_year>/statement.pdf", views.statement_as_pdf, name="year-pdf"),
    path("money/<uuid:payment_id>/", views.payment, name="payment"),
    path("money/<uuid:payment_id>/advice/", views.advice, name="advice"),
    path("money/<uuid:payment_id>/payslip.pdf", views.payslip_as_pdf, name="payslip-pdf"),
    path("money/<uuid:payment_id>/payslip.json", views.payslip_as_json, name="payslip-json"),
]
