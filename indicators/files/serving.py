"""Giving a file back: always to be saved, never to be shown or run here, and written down."""

import logging

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from ..models import Download, StoredFile, Submission, Task, User
from ..source import address_of
from .checking import content_of

logger = logging.getLogger(__name__)


class FileDamaged(Exception):
    """The file is gone or is no longer what was kept: nothing is given out in its place."""

    def __init__(self) -> None:
        self.sentence = _("The stored file is missing or was changed. Tell those who run the system.")
        super().__init__(self.sentence)


def answer(request: HttpRequest, kept: StoredFile, *, of: Submission | Task, by: User) -> HttpResponse:
    """Whoever calls this has asked whether `by` may have the file. Raises FileDamaged."""
    data = content_of(kept)
    if data is None:
        logger.error("Stored file %s is missing or was changed; see manage.py check_evidence", kept.stored_as)
        raise FileDamaged
    log(request, of=of, by=by, number=kept.pk, name=kept.name, sha256=kept.sha256)
    response = HttpResponse(data, content_type=kept.content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=kept.name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def log(request: HttpRequest, *, of: Submission | Task, by: User, number: int, name: str, sha256: str = "") -> None:
    """Who took a file, or followed a link, which has no check code."""
    about = {"task": of} if isinstance(of, Task) else {"submission": of}
    short = name[: Download._meta.get_field("name").max_length]
    Download.objects.create(**about, number=number, name=short, sha256=sha256, by=by, address=address_of(request))
