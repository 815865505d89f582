"""One mail to one person about everything that waits for him or her: plain text, in the system's own language."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Notice, NoticeKind, User
from .notices import address, details, title

MOST = 50  # reports in one mail; the page of notices shows the others


def compose(user: User, notices: Sequence[Notice]) -> EmailMessage:
    """`notices` in full; a report or task of which there are several stands under the one that presses most."""
    with translation.override(settings.LANGUAGE_CODE):
        chosen = _one_a_report(notices)
        said = {"count": len(chosen), "product": _("Digital progress")}
        subject = ngettext("%(product)s: %(count)s thing to do", "%(product)s: %(count)s things to do", len(chosen))
        return EmailMessage(subject % said, "\n".join(_lines(user, chosen)), to=[user.email])


def _one_a_report(notices: Sequence[Notice]) -> list[Notice]:
    places = NoticeKind.values
    chosen: dict[tuple[int | None, int | None], Notice] = {}
    for notice in sorted(notices, key=lambda notice: (places.index(notice.kind), notice.at, notice.pk)):
        chosen.setdefault((notice.submission_id, notice.task_id), notice)
    return list(chosen.values())


def _lines(user: User, notices: list[Notice]) -> Iterator[str]:
    yield _("To: %(name)s") % {"name": user}
    yield ""
    yield ngettext(
        "%(count)s thing waits to be done in the system:",
        "%(count)s things wait to be done in the system:",
        len(notices),
    ) % {"count": len(notices)}
    for kind in NoticeKind:
        if of_kind := [notice for notice in notices[:MOST] if notice.kind == kind]:
            yield ""
            yield kind.label.upper()
            for notice in of_kind:
                yield from _item(notice)
    if len(notices) > MOST:
        yield ""
        yield _("… and %(count)s more.") % {"count": len(notices) - MOST}
    yield from _foot()


def _item(notice: Notice) -> Iterator[str]:
    owner = notice.task.programme if notice.task else notice.unit_name
    yield f"- {title(notice)} – {owner}"
    for detail in details(notice):
        yield from (f"  {line}" for line in detail.splitlines())
    yield f"  {settings.BASE_URL}{address(notice)}"


def _foot() -> Iterator[str]:
    yield ""
    yield _("All notices: %(address)s") % {"address": f"{settings.BASE_URL}{reverse('notices')}"}
    yield ""
    yield _("This mail was sent by the system and needs no answer.")
    if settings.SITE_UNIT:
        yield _("Responsible: %(unit)s") % {"unit": settings.SITE_UNIT}
    if settings.SITE_TELEPHONE:
        yield _("Telephone: %(telephone)s") % {"telephone": settings.SITE_TELEPHONE}
