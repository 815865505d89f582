"""Dates and numbers have one shape in both languages: 03/04/2025 must not turn into March with a click on EN."""

from ..vi.formats import *  # noqa: F403
