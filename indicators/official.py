"""What only the official sheet of a report carries (Decree 30/2020; domain.md 21, 34): the issuing body, the
number, place and day, who drew it up, and the signature block of that kind of unit in the signer's capacity."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .calendars import show_moment
from .models import Capacity, Membership, OnBehalf, Signature, SubmissionEvent, Unit, UnitKind

DOTS = "……"
COMMITTEES = (UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE)  # they sign for a People's Committee
HEADS = {
    UnitKind.PROVINCE: gettext_lazy("CHAIRPERSON"),
    UnitKind.DISTRICT: gettext_lazy("CHAIRPERSON"),
    UnitKind.COMMUNE: gettext_lazy("CHAIRPERSON"),
    UnitKind.DEPARTMENT: gettext_lazy("DIRECTOR"),
    UnitKind.COMPANY: gettext_lazy("DIRECTOR"),
}
IN_THE_PLACE_OF = {
    Capacity.DEPUTY: "KT.",
    Capacity.AUTHORISED: "TUQ.",
    Capacity.BY_ORDER: "TL.",
    Capacity.ACTING: "Q.",
}  # the law's own letters, in every language
NOT_FOR_THE_COMMITTEE = (Capacity.AUTHORISED, Capacity.BY_ORDER)  # the chairperson's act, not the committee's
_KIND_OF_PLACE = re.compile(r"^(?:Tỉnh|Thành phố|Huyện|Thị xã|Phường|Xã|Thị trấn)\s+")
_ABBREVIATED = re.compile(r"(?:[A-Z0-9]+-)?([A-ZĐ]{2,})")


@dataclass(frozen=True)
class Person:
    name: str = ""
    position: str = ""
    telephone: str = ""


@dataclass(frozen=True)
class Official:
    superior: str  # above the issuing body; empty where there is none
    body: tuple[str, ...]
    number: str
    place_and_day: str
    drawn_up: Person
    block: tuple[str, ...]  # the lines above the signature
    signer: str
    signed: str  # how it was signed, in a sentence; empty before


@dataclass(frozen=True)
class Desk:
    """What of the unit stands on every sheet: read of the catalogue alone."""

    unit: Any  # with its slice of the period's last day
    parent: Any
    province: str


def desk(unit: Any, day: date) -> Desk:
    """One query."""
    named: Any = Unit.objects.with_slice(day)
    found = list(named.filter(Q(pk=unit.parent_on_day) | Q(kind_on_day=UnitKind.PROVINCE)).order_by("pk"))
    parent = next((each for each in found if each.pk == unit.parent_on_day), None)
    province = next((each.name_on_day for each in found if each.kind_on_day == UnitKind.PROVINCE), "")
    return Desk(unit, parent, province)


def official(at: Desk, events: Iterable[Any], *, act: OnBehalf | None, signers: Sequence[Membership]) -> Official:
    """`events` are those of the hand-in that is printed (behalf.events_of), newest first; none of a draft.
    `signers` may sign for the unit today: where one alone may, it is he or she who will."""
    told = list(events)
    sent = next((e for e in told if e.move == "submit"), None)
    act = act if sent and sent.is_on_behalf else None  # else the unit itself has sent it, and signs
    sign = next((e for e in told if e.move == "sign"), None)
    signature = _signature(sign) if sign else _on_paper(act) if act else None
    usual = signers[0] if len(signers) == 1 and signature is None else None
    head = _head_word(at, signers)
    return Official(
        superior=_superior(at),
        body=_body(at),
        number=_number(at, signature),
        place_and_day=_place_and_day(at, _day(sign, signature)),
        drawn_up=_drawn_up(sent),
        block=_block(at, head, signature or usual),
        signer=signature.signer if signature else str(usual.user) if usual else "",
        signed=_signed(sign, act),
    )


def unsigned(at: Desk) -> Official:
    """Of a paper that waits for its number, day and signature: the head and the block of the unit, no name."""
    return Official(
        superior=_superior(at),
        body=_body(at),
        number=_number(at, None),
        place_and_day=_place_and_day(at, None),
        drawn_up=Person(),
        block=_block(at, str(HEADS.get(at.unit.kind_on_day, HEADS[UnitKind.DEPARTMENT])), None),
        signer="",
        signed="",
    )


def _signature(sign: SubmissionEvent) -> Signature:
    """Unsaved of what was signed before signatures were frozen."""
    return sign.signature or Signature(signer=str(sign.by), title=sign.by.position)


def _on_paper(act: OnBehalf) -> Signature:
    """Unsaved: of the paper that a report was entered from on behalf of the unit."""
    return Signature(signer=act.signer, title=act.signer_title, number=act.number, signed_on=act.signed_on)


def _head_word(at: Desk, signers: Iterable[Membership]) -> str:
    """As the unit's head is called where a membership says so ("CHÁNH VĂN PHÒNG"), else as of that kind of unit."""
    said = (each.title.upper() for each in signers if each.capacity == Capacity.HEAD and each.title)
    return next(said, "") or str(HEADS.get(at.unit.kind_on_day, HEADS[UnitKind.DEPARTMENT]))


def _block(at: Desk, head: str, signs_as: Any) -> tuple[str, ...]:
    capacity = signs_as.capacity if signs_as else Capacity.HEAD
    position = getattr(signs_as, "title", "") or getattr(getattr(signs_as, "user", None), "position", "")
    title = position.upper()
    for_committee = at.unit.kind_on_day in COMMITTEES and capacity not in NOT_FOR_THE_COMMITTEE
    lines = [_("FOR THE PEOPLE'S COMMITTEE")] if for_committee else []
    if capacity in IN_THE_PLACE_OF:
        lines.append(f"{IN_THE_PLACE_OF[Capacity(capacity)]} {head}")
        lines.append(title if capacity != Capacity.ACTING else "")
    elif capacity == Capacity.IN_CHARGE:
        lines.append(title or _("IN CHARGE OF THE UNIT"))
    else:
        lines.append(title if capacity == "" and title else head)
    return tuple(filter(None, lines))


def _superior(at: Desk) -> str:
    if at.unit.kind_on_day != UnitKind.DEPARTMENT or at.parent is None:
        return ""
    if at.parent.kind_on_day not in COMMITTEES:
        return str(at.parent.name_on_day).upper()
    return _("PEOPLE'S COMMITTEE OF %(unit)s") % {"unit": str(at.parent.name_on_day).upper()}


def _body(at: Desk) -> tuple[str, ...]:
    name = str(at.unit).upper()
    return (_("PEOPLE'S COMMITTEE"), name) if at.unit.kind_on_day in COMMITTEES else (name,)


def _number(at: Desk, signature: Signature | None) -> str:
    if signature and signature.number:
        return _("No. %(number)s") % {"number": signature.number}
    found = _ABBREVIATED.fullmatch(at.unit.code_on_day or "")
    body = "UBND" if at.unit.kind_on_day in COMMITTEES else found[1] if found else DOTS
    return _("No. %(number)s") % {"number": f"{DOTS}/BC-{body}"}


def _day(sign: SubmissionEvent | None, signature: Signature | None) -> date | None:
    if signature and signature.signed_on:
        return signature.signed_on
    return localdate(sign.at) if sign else None


def _place_and_day(at: Desk, day: date | None) -> str:
    """A commune names itself, any other body the province."""
    name = str(at.unit) if at.unit.kind_on_day == UnitKind.COMMUNE else at.province
    said = {"place": _KIND_OF_PLACE.sub("", name)}
    if day is None:
        return _("%(place)s, day %(day)s month %(month)s year %(year)s") % (
            said | {"day": DOTS, "month": DOTS, "year": DOTS}
        )
    month = f"{day.month:02}" if day.month < 3 else str(day.month)  # as the decree asks
    return _("%(place)s, day %(day)s month %(month)s year %(year)s") % (
        said | {"day": f"{day.day:02}", "month": month, "year": day.year}
    )


def _drawn_up(sent: SubmissionEvent | None) -> Person:
    return Person(str(sent.by), sent.by.position, sent.by.telephone) if sent else Person()


def _signed(sign: SubmissionEvent | None, act: OnBehalf | None) -> str:
    if sign is None:
        return act.document if act else ""
    if sign.signature and sign.signature.is_on_paper:
        return _("Signed on paper: %(document)s") % {"document": sign.signature.document}
    return _("Signed off on the system at %(time)s; this does not replace a digital signature.") % {
        "time": show_moment(sign.at)
    }
