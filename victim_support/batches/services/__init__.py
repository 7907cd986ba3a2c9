"""Writes of bulk issues and of acts with issued papers."""

from victim_support.batches.services.envelope import keep_window
from victim_support.batches.services.handling import Handling, record_handling
from victim_support.batches.services.issuing import (
    Wanted,
    issue_some,
    mailable_ids,
    start_batch,
)

__all__ = [
    "Handling",
    "Wanted",
    "issue_some",
    "keep_window",
    "mailable_ids",
    "record_handling",
    "start_batch",
]
