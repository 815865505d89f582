"""The official report of a period in Word, from the same form as the overview."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from . import views


@require_safe
@login_required
def report(request: HttpRequest) -> HttpResponse:
    """An official paper, so in Vietnamese whatever language its reader chose."""
    with override("vi"):
        return views.summary(request, ending="docx")
