"""The words of click in Japanese: its help and its errors, in this one place."""

from gettext import gettext

import click
from click import core, decorators, exceptions, formatting, parser, termui, types

WORDS = {
    "Usage:": "使い方:",
    "Options": "オプション",
    "Commands": "コマンド",
    "Positional arguments": "引数",
    "Show this message and exit.": "この説明を表示して終わる。",
    "Show the version and exit.": "版を表示して終わる。",
    "%(prog)s, version %(version)s": "%(prog)s 版 %(version)s",
    "Confirm the action without prompting.": "たずねずに行う。",
    "default: {default}": "決めないとき: {default}",
    "required": "必須",
    "Aborted!": "中止しました。",
    "Error: {message}": "エラー: {message}",
    "Try '{command} {option}' for help.": "「{command} {option}」で説明を表示します。",
    "Missing command.": "コマンドを続けて入れてください。",
    "Missing argument": "引数が足りません",
    "Missing option": "オプションが足りません",
    "Missing parameter": "値が足りません",
    "Invalid value: {message}": "値が正しくありません: {message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} の値が正しくありません: {message}",
    "No such command {name!r}.": "コマンド {name!r} はありません。",
    "No such option {name!r}.": "オプション {name!r} はありません。",
    "Option {name!r} does not take a value.": "オプション {name!r} は値を取りません。",
    "Could not open file {filename!r}: {message}": "{filename!r} を開けません: {message}",
    "Choose from:\n\t{choices}": "次から選んでください:\n\t{choices}",
    "{value!r} is not a valid {number_type}.": "{value!r} は数として読めません。",
    "{value} is not in the range {range}.": "{value} は範囲 {range} の外です。",
    "{name} {filename!r} does not exist.": "{name} {filename!r} がありません。",
    "{name} {filename!r} is a directory.": "{name} {filename!r} はフォルダです。",
    "{name} {filename!r} is a file.": "{name} {filename!r} はファイルです。",
    "{name} {filename!r} is not readable.": "{name} {filename!r} を読めません。",
    "{name} {filename!r} is not writable.": "{name} {filename!r} に書けません。",
    "file": "ファイル",
    "directory": "フォルダ",
    "path": "パス",
    "Do you want to continue?": "続けますか。",
    "Repeat for confirmation": "確かめのため、もう一度",
    "Error: invalid input": "エラー: 読めない入力です",
    "Error: The two entered values do not match.": "エラー: 2つの入力が同じではありません。",
}
PLACES = {"[OPTIONS]": "[オプション]", "COMMAND [ARGS]...": "コマンド [引数]..."}
_MODULES = (core, decorators, exceptions, formatting, parser, termui, types)


class _Formatter(click.HelpFormatter):
    """What stands for options and commands in the first line of a help."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        for english, japanese in PLACES.items():
            args = args.replace(english, japanese)
        super().write_usage(prog, args, prefix)


def speak_japanese() -> None:
    """Let click say its words in Japanese, whatever the language of the terminal is."""
    click.Context.formatter_class = _Formatter
    for module in _MODULES:
        module.__dict__["_"] = _translated


def _translated(text: str) -> str:
    return WORDS.get(text) or gettext(text)
