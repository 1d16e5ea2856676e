"""Pages on which a client opens and follows disputes."""

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from gigs.clients.permissions import MANAGERS, MemberRequest, for_budget_holders, for_members
from gigs.disputes import queries, view_helpers
from gigs.disputes.forms import DisputeFilter
from gigs.disputes.subjects import Side, find_subject
from gigs.disputes.view_helpers import Party
from hitouch.core.web.query import PageNumberForm, query_parameters
from hitouch.core.web.views import form_page


def _party(request: MemberRequest) -> Party:
    rows = queries.disputes_for(request.member.client)
    may_act = request.member.may_change
    return Party(Side.CLIENT, request.user, rows, "gigs:client-", may_act=may_act)


@require_safe
@for_members()
@query_parameters(PageNumberForm, DisputeFilter)
def disputes(request: MemberRequest) -> HttpResponse:
    """The client's disputes."""
    return view_helpers.list_page(request, _party(request))


@form_page
@for_members(*MANAGERS)
def open_dispute(request: MemberRequest, kind: str, subject_id: UUID) -> HttpResponse:
    """Open a dispute about an application, a gig, work or a shift."""
    subject = find_subject(kind.upper(), subject_id, client=request.member.client)
    return view_helpers.open_page(request, _party(request), subject)


@require_safe
@for_members()
def dispute(request: MemberRequest, dispute_id: UUID) -> HttpResponse:
    """One dispute."""
    party = _party(request)
    return view_helpers.dispute_page(request, party, party.find(dispute_id))


@require_POST
@for_members(*MANAGERS)
def act(request: MemberRequest, dispute_id: UUID, verb: str) -> HttpResponse:
    """Answer, write, escalate, withdraw, or add a file."""
    party = _party(request)
    return view_helpers.act(request, party, party.find(dispute_id), verb, view_helpers.ACTS)


@require_POST
@for_budget_holders
def commit(request: MemberRequest, dispute_id: UUID, verb: str) -> HttpResponse:
    """Agree to what is asked for, or name an amount."""
    party = _party(request)
    return view_helpers.act(request, party, party.find(dispute_id), verb, view_helpers.MONEY_ACTS)


@require_safe
@for_members()
def file(request: MemberRequest, dispute_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A file of a dispute."""
    party = _party(request)
    return view_helpers.file_page(request, party, party.find(dispute_id), file_id)


@require_safe
@for_members()
def evidence(request: MemberRequest, dispute_id: UUID, form: str) -> HttpResponse:
    """The evidence pack, as JSON or ZIP."""
    party = _party(request)
    return view_helpers.evidence_file(request, party, party.find(dispute_id), form)
