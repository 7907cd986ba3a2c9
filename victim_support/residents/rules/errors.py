"""Why a register extract is not imported, beside what is wrong with any table."""

from victim_support.core.mapping import ImportFileError


class ManyMissingError(ImportFileError):
    """Much of the register is not in the file, and nobody said what that means."""

    def __init__(self, missing: int, known: int) -> None:
        super().__init__(
            f"いまの住民データ{known}人のうち{missing}人が、このファイルにありません。"
            "何も取り込んでいません。",
            on_screen="もう一度試しに読み、全件の抽出か一部の追加かを選んでください。",
            in_command="全件の抽出なら --full、一部の追加なら --partial を付けてください。",
        )
