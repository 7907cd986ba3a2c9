"""Why a file cannot be imported, and what to do about it on the screen and at the command."""


class RegisterFileError(ValueError):
    """A file that is not imported; what helps differs between the screen and the command."""

    def __init__(self, why: str, *, on_screen: str = "", in_command: str = "") -> None:
        super().__init__(why)
        self.on_screen = why + on_screen
        self.in_command = why + in_command


class LayoutError(RegisterFileError):
    """The columns of a file are not understood."""


class IndividualNumberError(RegisterFileError):
    """A column looks like individual numbers (個人番号); nothing was imported."""


class ManyMissingError(RegisterFileError):
    """Much of the register is not in the file, and nobody said what that means."""

    def __init__(self, missing: int, known: int) -> None:
        super().__init__(
            f"いまの住民データ{known}人のうち{missing}人が、このファイルにありません。"
            "何も取り込んでいません。",
            on_screen="もう一度試しに読み、全件の抽出か一部の追加かを選んでください。",
            in_command="全件の抽出なら --full、一部の追加なら --partial を付けてください。",
        )
