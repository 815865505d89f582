"""Files that people hand over: taken by their content, kept under a generated name, given back as attachments.

    upload = files.accept(data, name)               # or Refused, with the sentence
    with files.keeping(upload, by=user) as kept:    # one transaction: `kept` is its row
        Evidence.objects.create(file=kept, …)       # if this fails, neither row nor file is left

Whatever hangs a file on something (evidence, a signed scan) goes through these; nothing here knows what a file is
for."""

from .accepting import Upload, accept, accept_scan, refuse_size
from .checking import Findings, check, content_of, remove_orphans
from .marking import is_marked_name, refuse_marked
from .serving import FileDamaged, answer, log
from .storing import NoRoom, discard, folder, is_out_of_room, keeping, no_room

__all__ = [
    "FileDamaged",
    "Findings",
    "NoRoom",
    "Upload",
    "accept",
    "accept_scan",
    "answer",
    "check",
    "content_of",
    "discard",
    "folder",
    "is_marked_name",
    "is_out_of_room",
    "keeping",
    "log",
    "no_room",
    "refuse_marked",
    "refuse_size",
    "remove_orphans",
]
