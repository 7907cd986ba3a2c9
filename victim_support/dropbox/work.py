"""What recurs while the server runs: old drops go, and the box hears of changed settings."""

from collections.abc import Generator

from victim_support.core import jobs
from victim_support.dropbox.services import forget_old_drops, tell_box

TIDY = "dropbox.tidy"
EVERY = 600.0  # seconds


@jobs.kind(TIDY, "期限の過ぎた申し込みの消去")
def _tidy(_job: jobs.Running) -> Generator[jobs.Progress]:
    forget_old_drops()
    tell_box()
    yield jobs.Progress(1, 1)


jobs.every(EVERY, TIDY)
