"""What a password must be (domain.md 38), and one that is given out once. Plain values."""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# What is read off paper: nothing that looks like something else (0 and O, 1, l and I).
LETTERS, DIGITS = "abcdefghjkmnpqrstuvwxyz", "23456789"


class MixedClasses:
    """One of Django's AUTH_PASSWORD_VALIDATORS: capital and small letters, and a digit or a sign."""

    def validate(self, password: str, user: Any = None) -> None:
        if not is_mixed(password):
            raise ValidationError(self.get_help_text(), code="password_of_one_class")

    def get_help_text(self) -> str:
        return _("The password holds small letters, capital letters, and a digit or another sign.")


def is_mixed(password: str) -> bool:
    """ "Mường-tè" is: its hyphen is a sign."""
    kinds = (str.islower, str.isupper, lambda c: not c.isalpha())
    return all(any(kind(character) for character in password) for kind in kinds)


def one_time() -> str:
    """As "Hkmw-4827-pqrs": some 48 bits, quickly typed, and good for one login."""
    groups = [_drawn(LETTERS).capitalize(), _drawn(DIGITS), _drawn(LETTERS)]
    return "-".join(groups)


def _drawn(characters: str) -> str:
    return "".join(secrets.choice(characters) for _each in range(4))
