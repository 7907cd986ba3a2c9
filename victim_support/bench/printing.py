"""Measure printing in bulk: WeasyPrint as it comes, WeasyPrint kept warm, Typst, filled forms.

All make the same invented certificates, one PDF each, in one process; blocks are interleaved, and
what counts is processor time, which other work on the machine changes least.
"""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import mean, median
from typing import Any

from victim_support.core.documents.child import Renderer
from victim_support.core.documents.faces import keep_faces, make_anew
from victim_support.core.documents.qr import qr_code
from victim_support.core.documents.worker import PrintWorker, render_bound

COUNT = 1000
SAMPLES, BLOCK = 30, 10
TEMPLATE = "certificates/risai.html"
GRADES = ("全壊", "大規模半壊", "中規模半壊", "半壊", "準半壊", "準半壊に至らない(一部損壊)")
FAMILY = ("𠮷田", "髙橋", "葛\U000e0103城", "邉\U000e0110見", "佐藤", "㟢𣘺", "濵德", "王")
Maker = Callable[[dict[str, Any]], bytes]


def run() -> dict[str, Any]:
    """Return processor seconds for one certificate by each way, and the ratios asked for."""
    keep_faces()
    ours = Renderer()
    makers: dict[str, Maker] = {
        "weasyprint_naive": _naive,
        "weasyprint_tuned": lambda values: ours.render_whole(TEMPLATE, values, strict=True),
        **_typst(),
    }
    papers = [paper(number) for number in range(COUNT)]
    ours_mean = _filled(ours, papers)
    makers["ours"] = lambda values: ours.render(TEMPLATE, values, strict=True)
    sampled = _sampled(makers, papers[:SAMPLES])
    return {
        "measured": "罹災証明書, one PDF each: processor seconds in one process, median",
        "n": {"mean of ours": COUNT, "medians, in blocks in turn": SAMPLES},
        "cpu_s": {name: round(seconds, 5) for name, seconds in sampled.items()},
        "ours_mean_s": round(ours_mean, 5),
        "times_naive": round(sampled["weasyprint_naive"] / sampled["ours"], 1),
        "times_typst": _ratio(sampled, "typst"),
        **_two_processes(papers),
        "target": {"times_naive": 40, "times_typst": 4, "two_processes": 1.9},
    }


def paper(number: int) -> dict[str, Any]:
    """Return the values of one invented certificate."""
    family = FAMILY[number % len(FAMILY)]
    members = [
        {"relation": relation, "name": f"{family} {given}"}
        for relation, given in (("妻", "花子"), ("子", "さくら"), ("子", "健太"))
    ]
    shown = f"K7-{number:05}-4"
    return {
        "training": False,
        "sample": False,
        "copy_number": 1,
        "number": shown,
        "head_address": f"上郷飯沼三丁目{number + 1}番地",
        "head_name": f"{family} 一郎",
        "members": members[: 1 + number % 3],
        "box1": "",
        "cause": "令和8年7月15日の豪雨による",
        "dwelling_address": f"鼎名古熊{number + 1}番地{number % 7 + 1}",
        "grades": [{"label": label, "checked": label == GRADES[number % 6]} for label in GRADES],
        "box2": "",
        "box3": "",
        "issued_on": "令和8年8月1日(2026年)",
        "issuer": "鼎名古熊市長",
        "seal": None,
        "check_code": f"VS2:{shown}:1",
        "check_note": "番号は市の窓口で確かめられます。",
    }


def _naive(values: dict[str, Any]) -> bytes:
    """Print as a program does that knows WeasyPrint from its first page: everything anew."""
    make_anew()
    try:
        return Renderer(body="IPAmjMincho").render_whole(TEMPLATE, values, strict=True)
    finally:
        keep_faces()


def _typst() -> dict[str, Maker]:
    """Return Typst with its compiler kept, where it is installed."""
    if find_spec("typst") is None:  # a tool of the tests, not of the program
        return {}
    typst = import_module("typst")
    compiler = typst.Compiler(str(Path(__file__).with_name("certificate.typ")))

    def make(values: dict[str, Any]) -> bytes:
        code = qr_code(values["check_code"])
        shown = values | {"code": {"size": code.size, "bars": code.bars}}
        inputs = {"values": json.dumps(shown)}
        made = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=["a-2u"])
        return made if isinstance(made, bytes) else b""

    return {"typst": make}


def _sampled(makers: dict[str, Maker], papers: list[dict[str, Any]]) -> dict[str, float]:
    """Return the median for each maker; a block of papers is made by all before the next one."""
    for make in makers.values():
        _must_be_pdf(make(papers[0]))
    spent: dict[str, list[float]] = {name: [] for name in makers}
    for start in range(0, len(papers), BLOCK):
        for name, make in makers.items():
            for values in papers[start : start + BLOCK]:
                with _timed(spent[name]):
                    make(values)
    return {name: median(seconds) for name, seconds in spent.items()}


def _filled(renderer: Renderer, papers: list[dict[str, Any]]) -> float:
    """Return the mean; it counts the forms that had to be laid out, too."""
    spent: list[float] = []
    for values in papers:
        with _timed(spent):
            _must_be_pdf(renderer.render(TEMPLATE, values, strict=True))
            renderer.prepare()
    return mean(spent)


def _two_processes(papers: list[dict[str, Any]]) -> dict[str, float]:
    """Return how many times as many papers two processes print in the same time.

    One PDF each, and bound into one file as a bulk issue prints them. By the clock: with other
    work on the machine the figures say nothing.
    """
    workers = [PrintWorker(), PrintWorker()]
    sheets = [(TEMPLATE, values) for values in papers]
    try:
        for worker in workers:
            _print_all(worker, papers)
        one = _seconds(lambda: _print_all(workers[0], papers))
        halves = papers[::2], papers[1::2]
        with ThreadPoolExecutor(2) as pool:
            both = _seconds(lambda: list(pool.map(_print_all, workers, halves)))
        one_bound = _seconds(lambda: render_bound(sheets, workers[:1]))
        both_bound = _seconds(lambda: render_bound(sheets, workers))
    finally:
        for worker in workers:
            worker.close()
    return {
        "two_processes": round(one / both, 2),
        "two_processes_bound": round(one_bound / both_bound, 2),
        "bound_wall_s": round(both_bound / len(papers), 5),
    }


def _print_all(worker: PrintWorker, papers: list[dict[str, Any]]) -> None:
    for values in papers:
        _must_be_pdf(worker.render(TEMPLATE, values, strict=True))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@contextlib.contextmanager
def _timed(spent: list[float]) -> Iterator[None]:
    start = time.process_time()
    yield
    spent.append(time.process_time() - start)


def _ratio(seconds: dict[str, float], name: str) -> float | str:
    if name not in seconds:
        return "Typst is not installed here (it comes with the tools of the tests)"
    return round(seconds[name] / seconds["ours"], 1)


def _must_be_pdf(content: bytes) -> None:
    if not content.startswith(b"%PDF"):
        message = "the answer is no PDF"
        raise RuntimeError(message)
