from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.models import User
from tests import people


@pytest.fixture
def admin(db: None) -> User:
    return people.superuser()


@pytest.fixture
def connection_queries():
    """How many queries a call makes."""

    def count(call: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as queries:
            call()
        return len(queries)

    return count
