"""The page on which the members of a client see its money."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from gigs.clients.permissions import MemberRequest, for_members
from hitouch.core.web.csv_files import csv_response, rupees_cell
from hitouch.core.web.humanize import short_moment_text
from hitouch.core.web.query import PageNumberForm, query_parameters
from payments.funding import deposits, queries

PAGE_SIZE = 25


@require_safe
@for_members()
@query_parameters(PageNumberForm)
def funds(request: MemberRequest) -> HttpResponse:
    """Available, reserved, earned and refundable money, how to pay in, and the movements."""
    client = request.member.client
    page = Paginator(queries.movements_of(client), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "funds": queries.funds_of(client),
        "reference": deposits.open_funding(client).reference,
        "account": queries.pay_in_account(),
        "page": page,
        "movements": queries.described(page.object_list),
    }
    return render(request, "payments/funding/funds.html", context)


@require_safe
@for_members()
def funds_as_csv(request: MemberRequest) -> HttpResponse:
    """All movements, for a spreadsheet."""
    movements = queries.described(queries.movements_of(request.member.client))
    header = ["When", "What", "About", "Amount in rupees"]
    rows = [
        [short_moment_text(each.at), each.label, each.about, rupees_cell(each.amount_paise)]
        for each in movements
    ]
    name = f"funds-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, header, rows)
