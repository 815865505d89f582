"""What a view behind login_required is given."""

from django.http import HttpRequest

from .models import User


class StaffRequest(HttpRequest):
    """Of somebody who is logged in."""

    user: User
