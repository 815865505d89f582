"""What was typed when the session had ended. A page with a form says who types in it, signed by us; what such a
page sends after the session's end travels through the login as one signed text, lies in the session of the same
person, and stands in the form again, unsaved, until it is sent anew. Nobody else is ever shown it.
"""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import HttpRequest

from .models import User

KEPT_FOR = 24 * 60 * 60  # seconds between the press of the button and the login
IN_SESSION = "kept"
OUR_OWN = ("csrfmiddlewaretoken", "typist")  # fields that say nothing about what was typed
_TYPIST, _TEXT = "indicators.kept.typist_at", "indicators.kept.text_at"


@dataclass(frozen=True)
class Kept:
    """`typist` is a primary key, `place` the address of the page; `fields` is what was posted."""

    typist: int
    place: str
    fields: dict[str, str]

    def is_of(self, user: Any) -> bool:
        return bool(user.is_authenticated and user.pk == self.typist)

    def sealed(self) -> str:
        return signing.dumps([self.typist, self.place, self.fields], salt=_TEXT, compress=True)


def typist(user: User, place: str) -> str:
    """What the page at this address carries to say who types in it."""
    return signing.dumps([user.pk, place], salt=_TYPIST)


def is_typist(request: HttpRequest, place: str) -> bool:
    """Whether the page that sends was drawn for whoever is logged in now."""
    return _named(request) == (request.user.pk, place)


def posted(request: HttpRequest) -> Kept | None:
    """What such a page sends, or a login page that carries it on. None where the page names nobody."""
    if sealed := request.POST.get("kept", ""):
        return opened(sealed)
    named = _named(request)
    if named is None:
        return None
    return Kept(named[0], named[1], {k: v for k, v in request.POST.dict().items() if k not in OUR_OWN})


def opened(sealed: str) -> Kept | None:
    try:
        return Kept(*signing.loads(sealed, salt=_TEXT, max_age=KEPT_FOR))
    except signing.BadSignature:
        return None


def lay_by(request: HttpRequest, kept: Kept) -> None:
    """Into the session, until it is sent again."""
    request.session[IN_SESSION] = {**request.session.get(IN_SESSION, {}), kept.place: kept.sealed()}


def laid_by(request: HttpRequest, place: str) -> Kept | None:
    sealed = request.session.get(IN_SESSION, {}).get(place)
    kept = opened(sealed) if sealed else None
    return kept if kept is not None and kept.is_of(request.user) else None


def forget(request: HttpRequest, place: str) -> None:
    others = {k: v for k, v in request.session.get(IN_SESSION, {}).items() if k != place}
    if others != request.session.get(IN_SESSION, {}):
        request.session[IN_SESSION] = others


def _named(request: HttpRequest) -> tuple[int, str] | None:
    try:
        user, place = signing.loads(request.POST.get("typist", ""), salt=_TYPIST)
    except signing.BadSignature:
        return None
    return user, place
