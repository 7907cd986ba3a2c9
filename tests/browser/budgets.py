"""What each task may cost: keys, pointer, pages, and the time by the Keystroke-Level Model.

The time of hands and head is strokes × 0.28 s + mental steps × 1.35 s. A mental step is one thing
read, remembered or decided: a name, a date of birth with the sex, an address, an answer. Talking,
and the answer of the server, are not in it.
"""

from contextlib import contextmanager
from dataclasses import dataclass

STROKE, THOUGHT = 0.28, 1.35  # seconds: an average typist; a mental step


@dataclass(frozen=True)
class Budget:
    """The most that a task may cost."""

    words: str
    keys: int
    pages: int
    seconds: float
    pointer: int = 0


BUDGETS = {
    "T1": Budget("人数だけ入れる", 6, 0, 5),
    "T2": Budget("札を持つ世帯を受け付ける（読み取りと）", 1, 0, 3),
    "T3": Budget("電話からの申し込みを受け付ける（読み取りと）", 2, 0, 5),
    "T4": Budget("住民データにある3人世帯を受け付ける", 12, 1, 12),
    "T5": Budget("住民データにない3人世帯を受け付ける", 80, 1, 45),
    "T6": Budget("世帯にもう1人加える", 14, 0, 8),
    "T7": Budget("出る・もどる（読み取り、または番号）", 5, 1, 6),
    "T8": Budget("安否照会に答える（聞き取った言葉を除く）", 10, 1, 10),
    "T9": Budget("罹災証明書をさがし、確かめ、印刷する", 20, 2, 25),
    "T10": Budget("紙のカードの3人世帯を入れる", 85, 1, 40),
    "T11": Budget("毎時の状況報告を印刷する", 2, 1, 4),
    "T13": Budget("まちがえた受付を取り消す", 1, 1, 2),
}
NOT_MEASURED = {
    "T12": "初めての方の最初の受付は、訓練で計ります",
}


@contextmanager
def within(task, watched):
    """Do a task; it fails when it costs more than its budget."""
    budget = BUDGETS[task]
    watched.start_counting()
    yield
    seconds = watched.strokes * STROKE + watched.thoughts * THOUGHT
    spent = (watched.keys, watched.pointer, watched.pages, round(seconds, 1))
    allowed = (budget.keys, budget.pointer, budget.pages, budget.seconds)
    assert watched.thoughts, f"{task} without a thought is no work of a person"
    assert all(one <= most for one, most in zip(spent, allowed, strict=True)), (
        f"{task} {budget.words}: keys, pointer, pages, seconds {spent} of {allowed}"
    )
