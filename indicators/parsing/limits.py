"""How much a file may ask for before it is refused."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """`memory` is the address space of the process in bytes, `processor` its seconds of work, `deadline` the
    seconds that whoever waits for it waits at most, its turn included."""

    bytes: int = 5_000_000
    rows: int = 20_000
    columns: int = 100
    cells: int = 300_000
    characters: int = 8_000_000  # what its cells hold together: one text may be told many times
    parts: int = 1_000  # files inside a workbook; an ordinary one has about ten
    unpacked: int = 50_000_000
    ratio: int = 100  # ordinary sheets are packed 5 to 20 times
    memory: int = 256 * 2**20
    processor: float = 1.7
    deadline: float = 1.9
    answer: int = 40_000_000


PAGE = Limits()
# Who sits at the server's own keyboard may take longer, and more.
COMMAND = Limits(
    bytes=60_000_000,
    rows=200_001,
    cells=4_000_000,
    characters=120_000_000,
    unpacked=600_000_000,
    memory=3 * 2**30,
    processor=300,
    deadline=600,
    answer=600_000_000,
)
