"""What stops the calculation of one case; the words are for the person who entered it."""


class CaseError(ValueError):
    """The case cannot be graded: what was entered is wrong, missing or contradicts itself."""


class UnknownCellError(CaseError):
    """The grade depends on a value of the edition that is not known here."""
