"""The official report of a period in Word (domain.md 34): what it says, and how it is laid out."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from indicators import official
from indicators.clock import today
from indicators.models import User

from ..exports import Taking
from ..queries import Group, Summary, issuer, prose_of
from . import docx
from .compiled import Compiling, compiled

__all__ = ["report_of"]


def report_of(page: Summary, groups: Sequence[Group], taking: Taking, *, reader: User) -> bytes | None:
    """None where nobody could issue it: no province is entered for the day. `groups`: the lines asked for.
    Five queries: the issuing unit and those above it, the reader's units, and what units wrote."""
    desk = issuer(settings.REPORT_UNIT, page.period.last_day)
    if desk is None:
        return None
    by = Compiling(
        official=official.unsigned(desk),
        issuer=_named(desk),
        prose=prose_of(page.period, reader=reader, known=taking.known),
        recipients=settings.REPORT_RECIPIENTS,
        on=today(),
        taking=taking,
    )
    return docx.write(compiled(page, groups, by))


def _named(desk: official.Desk) -> str:
    if desk.unit.kind_on_day not in official.COMMITTEES:
        return str(desk.unit)
    name = str(desk.unit)  # begins with what it is: "Tỉnh Lai Châu"
    return _("the People's Committee of %(unit)s") % {"unit": name[:1].lower() + name[1:]}
