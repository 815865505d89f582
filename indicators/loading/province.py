"""Loading a province from a folder of files. The province is data: nothing here knows its name."""

from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from ..structure import faults, refuse_faults
from .catalogue import (
    load_documents,
    load_groups,
    load_holidays,
    load_indicators,
    load_programmes,
    load_targets,
)
from .files import Files
from .forms import load_forms
from .ledger import Ledger
from .registers import load_counts, load_registers
from .units import load_units


def load(folder: Path, write: Callable[[str], object]) -> None:
    """All or nothing; can be run any number of times. `write` gets one sentence a call, when all is done."""
    ledger = Ledger()
    with transaction.atomic():
        before = faults()
        _load(Files(folder), ledger)
        refuse_faults(known=before)
    ledger.tell(write)


def _load(files: Files, ledger: Ledger) -> None:
    documents = load_documents(files, ledger)
    register = load_units(files, documents, ledger)
    groups = load_groups(files, ledger)
    programmes = load_programmes(files, documents, ledger)
    indicators = load_indicators(files, groups, programmes, register, ledger)
    load_targets(files, documents, indicators, ledger)
    registers = load_registers(files, ledger)
    load_counts(files, indicators, registers, ledger)
    load_forms(files, indicators, register, registers, ledger)
    load_holidays(files, ledger)
    ledger.left_out += files.sentences("left_out")
