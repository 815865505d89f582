"""What an event of a report says, and the hash that chains it to the one before. Pure of any decision: workflow.py
writes events by it, proof/ reads them by it."""

from datetime import UTC, datetime
from typing import Any

from .models import Decision, Signature, SubmissionEvent
from .sealing import canonical, sha256


def held(details: str) -> dict[str, str]:
    """Only where there is any: events from before there was such a thing keep their hashes."""
    return {"details_sha256": details} if details else {}


def beside(decision: Decision | None, signature: Signature | None) -> dict[str, Any]:
    """Only what there is, for the same reason."""
    there = {"decision": decision, "signature": signature}
    return {name: each.as_json() for name, each in there.items() if each is not None}


def facts_of(event: SubmissionEvent) -> dict[str, Any]:
    """What `event_hash` covers of a stored event, beside its report, person and moment."""
    names = ("number", "version", "move", "from_state", "to_state", "reason", "revision_sha256", "previous_hash")
    facts = {name: getattr(event, name) for name in names} | held(event.details_sha256)
    if event.address:
        facts["address"] = event.address
    return facts | beside(event.decision, event.signature)


def event_hash(submission: int, by: int, at: datetime, row: dict[str, Any]) -> str:
    """SHA-256 over everything the event says, the hash of the event before included. The moment counts in UTC, as
    the database gives it back. Of an event with a decision or a signature `row` holds that too (`as_json`), of
    others there is no such key."""
    moment = at.astimezone(UTC).isoformat()
    return sha256(canonical(row | {"submission": submission, "by": by, "at": moment}))
