"""The named people of the tests. Each function makes one account with the membership that its name says."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from indicators.models import Membership, Role, Unit, User

TELLS = False


@contextmanager
def untold() -> Iterator[None]:
    """What is made here has no history when the test begins, unless it TELLS: that takes longer than to make it."""
    told = getattr(settings, "SIMPLE_HISTORY_ENABLED", True)
    settings.SIMPLE_HISTORY_ENABLED = TELLS
    try:
        yield
    finally:
        settings.SIMPLE_HISTORY_ENABLED = told


@untold()
def person(name: str, unit: Unit | None = None, role: str = "", **facts) -> User:
    user = User(username=name, full_name=name, **facts)
    user.set_unusable_password()
    user.save()
    if unit is not None:
        Membership.objects.create(user=user, unit=unit, role=role)
    return user


def reporter(unit: Unit) -> User:
    return person("reporter", unit, Role.REPORTER)


def unit_leader(unit: Unit) -> User:
    return person("unit leader", unit, Role.SIGNER)


def verifier(unit: Unit) -> User:
    return person("verifier", unit, Role.VERIFIER, is_staff=True)


def approver(unit: Unit) -> User:
    return person("approver", unit, Role.APPROVER, is_staff=True)


def publisher(unit: Unit) -> User:
    return person("publisher", unit, Role.PUBLISHER, is_staff=True)


def leader(unit: Unit) -> User:
    return person("leader", unit, Role.READER)


def outsider(unit: Unit) -> User:
    """Enters figures too, but for another unit."""
    return person("outsider", unit, Role.REPORTER)


def superuser() -> User:
    return person("admin", is_staff=True, is_superuser=True)
