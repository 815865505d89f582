"""One text for one content, and its check code: what revisions, returns and events are held to."""

import hashlib
import json
from typing import Any


def canonical(content: dict[str, Any]) -> str:
    """Keys sorted, no spaces, Unicode as it is."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
