"""Fixtures of the writing half."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from indicators import waiting


@pytest.fixture
def english() -> Iterator[None]:
    """Sentences are compared in the language of the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def kept_files(media: Path) -> Path:
    """Where an upload waits for its confirmation: a folder of this test alone."""
    waiting.folder().mkdir(parents=True)
    return waiting.folder()
