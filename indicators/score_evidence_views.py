"""The evidence behind a score, as one archive."""

import tempfile

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from . import calendars, files, score_evidence
from .calendars import Frequency
from .models import ScoreFramework, Unit
from .refusals import Refused
from .requests import StaffRequest

IN_MEMORY = 5_000_000  # a larger archive is written to the disk first


@never_cache
@login_required
@require_GET
def score_evidence_archive(request: StaffRequest, code: str, unit: str) -> HttpResponseBase:
    """`?year=`. 404 where there is no such score, and where this person may see no evidence of it."""
    year = request.GET.get("year", "")
    if not (year.isascii() and year.isdecimal() and len(year) == 4):
        raise Http404
    window = calendars.windows_of_year(int(year), Frequency.YEAR)[0]
    framework = ScoreFramework.objects.for_year(int(year)).filter(code=code).first()
    found = None if "\0" in unit else Unit.objects.with_code(unit, window.last_day).order_by("pk").first()
    if framework is None or found is None:
        raise Http404
    pieces = score_evidence.pieces(framework, found, int(year), request.user)
    if not pieces:
        raise Http404
    archive = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # closed with the answer
    try:
        put = score_evidence.write(pieces, archive)
    except Refused as refused:
        archive.close()
        return HttpResponse(refused.sentence, status=413, content_type="text/plain; charset=utf-8")
    for piece in put:
        if kept := piece.item.file:
            files.log(request, of=piece.report, by=request.user, number=kept.pk, name=kept.name, sha256=kept.sha256)
    archive.seek(0)
    name = f"minh-chung-{code}-{unit}-{year}.zip"
    return FileResponse(archive, as_attachment=True, filename=name, content_type="application/zip")
