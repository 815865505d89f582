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
from .scores import load_scores
from .units import Register, load_units


def load(folder: Path, write: Callable[[str], object], *, examples: Path | None = None) -> None:
    """All or nothing; can be run any number of times. `write` gets one sentence a call, when all is done.
    `examples`: a folder of made-up sets of points with their indicators and forms, over the units of the first."""
    ledger = Ledger()
    with transaction.atomic():
        before = faults()
        _load(Files(folder), ledger, Files(examples) if examples else None)
        refuse_faults(known=before)
    ledger.tell(write)


def _load(files: Files, ledger: Ledger, examples: Files | None) -> None:
    documents = load_documents(files, ledger)
    register = load_units(files, documents, ledger)
    groups = load_groups(files, ledger)
    programmes = load_programmes(files, documents, ledger)
    indicators = load_indicators(files, groups, programmes, register, ledger)
    load_targets(files, documents, indicators, ledger)
    registers = load_registers(files, ledger)
    load_counts(files, indicators, registers, ledger)
    load_forms(files, indicators, register, registers, ledger)
    load_scores(files, documents, indicators, register, ledger)
    load_holidays(files, ledger)
    ledger.left_out += files.sentences("left_out")
    if examples:
        _load_examples(examples, len(groups), register, ledger)


def _load_examples(files: Files, n_groups: int, register: Register, ledger: Ledger) -> None:
    """Their groups stand after those of the province."""
    groups = load_groups(files, ledger, after=n_groups)
    programmes = load_programmes(files, {}, ledger)
    indicators = load_indicators(files, groups, programmes, register, ledger)
    load_forms(files, indicators, register, {}, ledger)
    load_scores(files, {}, indicators, register, ledger)
