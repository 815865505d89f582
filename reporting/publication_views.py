"""What was published, as it was published: the list, the page of one publication, and its exact content."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from indicators.check_codes import short
from indicators.clock import now
from indicators.models import Publication

from . import frozen

PER_PAGE = 50


@require_safe
@login_required
def publications(request: HttpRequest) -> HttpResponse:
    """Newest first. Every reader sees them: they hold what everybody may read (domain.md 36, 41)."""
    known = Publication.objects.select_related("round__form", "round__period").defer("content")
    shown = Paginator(known.order_by("-at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "reporting/publications.html", {"shown": shown, "printed_at": now()})


@require_safe
@login_required
def publication(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Publication, pk=pk)
    context = {
        "publication": found,
        "page": frozen.read(found),
        "agrees": frozen.agrees(found),
        "check_code": short(found.sha256),
        "printed_at": now(),
    }
    return render(request, "reporting/publication.html", context)


@require_safe
@login_required
def publication_json(request: HttpRequest, pk: int) -> HttpResponse:
    """Byte for byte what the check code was computed over."""
    found = get_object_or_404(Publication.objects.select_related("round__period"), pk=pk)
    name = f"publication-{found.round.period.label}-{found.round_id}-{found.number}.json"
    answer = HttpResponse(found.content.encode(), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
