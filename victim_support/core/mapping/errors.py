"""Why a file or a row is not imported, and what to do about it on the screen and at the command."""


class ImportFileError(ValueError):
    """A file that is not imported; what helps differs between the screen and the command."""

    def __init__(self, why: str, *, on_screen: str = "", in_command: str = "") -> None:
        super().__init__(why)
        self.on_screen = why + on_screen
        self.in_command = why + in_command


class LayoutError(ImportFileError):
    """The columns of a file are not understood; somebody can say what they are."""


class IndividualNumberError(ImportFileError):
    """A column looks like individual numbers (個人番号); nothing was imported."""


class RowRefusedError(ValueError):
    """A row cannot go in; the message says which column and why, in Japanese."""
