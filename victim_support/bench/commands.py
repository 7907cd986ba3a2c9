"""The command ``bench``: each makes its own temporary instance and prints JSON."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from victim_support.core.commands import print_json

if TYPE_CHECKING:
    from collections.abc import Callable

MEASURED = {
    "search": "100万人の住民を1つの欄でさがす。",
    "save": "4人世帯を毎秒50件、8台から登録する。",
    "import": "40万人の住民を取り込む。",
    "map": "3,000か所の地図を作る。",
    "certificate": "証明書1枚を窓口で、1,000枚をまとめて作る。",
    "sync": "1万人の記録をほかの端末へ渡す。",
}
MODULES = {"import": "residents"}


@click.group(help="速さとメモリを測り、JSONで出す。")
def bench() -> None:
    """Hold the benchmarks."""


def _command(name: str, words: str) -> click.Command:
    @click.command(name, help=words)
    def run() -> None:
        """Measure and print; the module is loaded only when asked for."""
        module = import_module(f"victim_support.bench.{MODULES.get(name, name)}")
        measure: Callable[[], dict[str, Any]] = module.run
        print_json(measure())

    return run


for _name, _words in MEASURED.items():
    bench.add_command(_command(_name, _words))
