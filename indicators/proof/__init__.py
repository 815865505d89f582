"""Proof of the history: every report replayed from its events, every approved figure traced to what was approved,
and a daily seal over all of it. Nothing here writes but the seal itself."""
