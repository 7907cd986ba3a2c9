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
    "desk": "避難所60か所、2万人の町で、50台が受付・検索・訂正を続ける。",
}
MINUTES = click.Option(
    ["--minutes"],
    type=click.FloatRange(min=0.1),
    default=10.0,
    show_default=True,
    help="続ける分数。",
)
OPTIONS = {"desk": [MINUTES]}
MODULES = {"import": "residents"}


@click.group(help="速さとメモリを測り、JSONで出す。")
def bench() -> None:
    """Hold the benchmarks."""


def _command(name: str, words: str) -> click.Command:
    def run(**options: float) -> None:
        """Measure and print; the module is loaded only when asked for."""
        module = import_module(f"victim_support.bench.{MODULES.get(name, name)}")
        measure: Callable[..., dict[str, Any]] = module.run
        print_json(measure(**options))

    return click.Command(name, callback=run, params=[*OPTIONS.get(name, [])], help=words)


for _name, _words in MEASURED.items():
    bench.add_command(_command(_name, _words))
