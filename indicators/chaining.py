"""What the chain of a report's events covers: the facts of one event, and the hash over them."""

from datetime import UTC, datetime
from typing import Any

from .models import SubmissionEvent
from .sealing import canonical, sha256


def held(details: str) -> dict[str, str]:
    """Only where there is any: events from before there was such a thing keep their hashes."""
    return {"details_sha256": details} if details else {}


def facts_of(event: SubmissionEvent) -> dict[str, Any]:
    """What `event_hash` covers of a stored event, beside its report, person and moment."""
    names = ("number", "version", "move", "from_state", "to_state", "reason", "revision_sha256", "previous_hash")
    facts = {name: getattr(event, name) for name in names} | held(event.details_sha256)
    if event.address:
        facts["address"] = event.address
    if event.decision is not None:
        facts["decision"] = event.decision.as_json()
    return facts


def event_hash(submission: int, by: int, at: datetime, row: dict[str, Any]) -> str:
    """SHA-256 over everything the event says, the hash of the event before included. The moment counts in UTC, as
    the database gives it back. Of an event with a decision `row` holds that too (Decision.as_json), of others there
    is no such key."""
    moment = at.astimezone(UTC).isoformat()
    return sha256(canonical(row | {"submission": submission, "by": by, "at": moment}))
