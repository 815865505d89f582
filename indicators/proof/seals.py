"""The daily seal: what stood yesterday cannot be taken out of the chain unseen, once its code is on paper outside.

A seal holds the heads (last events) that moved since the seal before, and hashes them together with that seal's own
hash; so its code covers every event of every report up to then. What is committed while a seal is made stands in
the next one: a head counts as sealed only where its row says so.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from ..calendars import show_day, show_moment
from ..clock import now, today
from ..models import Seal, SealedHead, SubmissionEvent
from ..sealing import canonical

Head = tuple[int, int, str]  # report, number of its last event, hash of that


def seal_day() -> tuple[Seal, bool]:
    """Today's seal, and whether it was made now. Days on which nothing ran have none: one today covers them."""
    if stands := Seal.objects.filter(day=today()).first():
        return stands, False
    try:
        with transaction.atomic():
            return _make(today(), now()), True
    except IntegrityError:  # somebody else sealed at the same moment
        return Seal.objects.get(day=today()), False


def _make(day: date, at: datetime) -> Seal:
    before = Seal.objects.order_by("-number").first()
    heads = list(moved_heads().values_list("submission_id", "number", "hash"))
    said = Seal(
        number=before.number + 1 if before else 1,
        day=day,
        at=at,
        heads=len(heads),
        previous_hash=before.hash if before else "",
    )
    said.hash = seal_hash(said, heads)
    said.save(force_insert=True)
    rows = (SealedHead(seal=said, submission_id=s, number=number, hash=code) for s, number, code in heads)
    SealedHead.objects.bulk_create(rows, batch_size=1_000)
    return said


def moved_heads() -> QuerySet[SubmissionEvent]:
    """The last events of reports that no seal holds yet."""
    of_report = SubmissionEvent.objects.filter(submission=OuterRef("submission"))
    sealed = SealedHead.objects.filter(submission=OuterRef("submission"), number=OuterRef("number"))
    last = SubmissionEvent.objects.filter(~Exists(of_report.filter(number__gt=OuterRef("number"))))
    return last.filter(~Exists(sealed)).order_by("submission")


def seal_hash(seal: Seal, heads: Iterable[Head]) -> str:
    """SHA-256 over what the seal says and its heads in the order of the reports; takes them one by one."""
    said = {"number": seal.number, "day": seal.day.isoformat(), "heads": seal.heads}
    said |= {"at": seal.at.astimezone(UTC).isoformat(), "previous_hash": seal.previous_hash}
    digest = hashlib.sha256(canonical(said).encode())
    for report, number, code in heads:
        digest.update(f"\n{report} {number} {code}".encode())
    return digest.hexdigest()


def told(seal: Seal) -> str:
    """What is printed and mailed, line by line."""
    lines = [
        _("Seal %(number)s of %(date)s, made at %(time)s")
        % {"number": seal.number, "date": show_day(seal.day), "time": show_moment(seal.at)},
        _("Check code: %(code)s") % {"code": seal.code},
        _("In full: %(hash)s") % {"hash": seal.hash},
    ]
    if settings.SEAL_KEEPER:
        lines.append(_("Kept outside the system by: %(keeper)s") % {"keeper": settings.SEAL_KEEPER})
    return "\n".join(lines)


def mail(seal: Seal) -> bool:
    """To those who keep the codes, once; False where there is nobody or it was sent already. The mail server's
    refusal is the caller's to tell: the seal stands without it, and the next run tries again."""
    if not settings.SEAL_MAIL or seal.mailed_at is not None:
        return False
    subject = _("Check code of %(date)s") % {"date": show_day(seal.day)}
    send_mail(subject, told(seal), None, settings.SEAL_MAIL)
    Seal.objects.filter(pk=seal.pk, mailed_at__isnull=True).update(mailed_at=now())
    return True
