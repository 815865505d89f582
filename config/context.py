"""What the frame of every page needs: which of its links lead this person to work of his own."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class Menu:
    writes: bool = False  # enters or signs for a unit
    reviews: bool = False  # verifies or approves, in the admin
    publishes: bool = False  # publishes rounds, in the admin
    administers: bool = False
    is_contact: bool = False  # of a unit: keeps the accounts of those who enter for it
    unread: int = 0  # notices
    public_page: bool = False  # is open to everybody

    @property
    def is_told(self) -> bool:
        """Gets notices now, or got some before a membership ended."""
        return self.writes or self.reviews or self.unread > 0


def menu(request: HttpRequest) -> dict[str, Any]:
    """From what backends.Accounts read with the user."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"menu": Menu()}
    return {
        "menu": Menu(
            writes=user.writes_today,
            reviews=user.is_staff and (user.is_superuser or user.reviews_today),
            publishes=user.is_staff and user.publishes_today,
            administers=user.is_staff,
            unread=user.unread_notices,
            is_contact=user.is_contact_today,
            public_page=user.public_page_is_open,
        )
    }
