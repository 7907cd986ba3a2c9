"""Jobs as they wait, run and end: rows of this machine alone."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from victim_support.core.db import LocalBase, OpenEnum


class JobState(StrEnum):
    """Where a job stands (仕事の状態)."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    CUT_OFF = "cut_off"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_open(self) -> bool:
        return self in (JobState.WAITING, JobState.RUNNING)


_LABELS = {
    JobState.WAITING: "順番を待っています",
    JobState.RUNNING: "進んでいます",
    JobState.DONE: "終わりました",
    JobState.FAILED: "できませんでした",
    JobState.CANCELLED: "中止しました",
    JobState.CUT_OFF: "途中で止まりました",
}


class Job(LocalBase):
    """A piece of long work (仕事): who started it, how far it is, how it ended."""

    __tablename__ = "jobs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str]
    key: Mapped[str | None]
    """What the work is about, so that the same is not started twice."""
    started_by: Mapped[UUID | None]
    municipality: Mapped[str]
    disaster: Mapped[str | None]
    payload: Mapped[dict[str, Any]]
    checkpoint: Mapped[dict[str, Any]]
    state: Mapped[JobState] = mapped_column(OpenEnum(JobState), index=True)
    attempts: Mapped[int]
    is_unwanted: Mapped[bool]
    done: Mapped[int]
    total: Mapped[int]
    words: Mapped[str]
    link: Mapped[str]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        """Say whether the job waits or runs."""
        return self.state.is_open
