"""What writes of damage refuse, in words for the desk."""

from victim_support.damage.models import Application


class DamageError(Exception):
    """Something the desk can read and act on."""


class AlreadyAppliedError(DamageError):
    """The household has applied for this paper about this dwelling already."""

    def __init__(self, application: Application) -> None:
        super().__init__("この世帯は、この住家について申請済みです。")
        self.application = application


class SamePersonError(DamageError):
    """The person who entered a judgement tried to decide on it."""


class AlreadyDecidedError(DamageError):
    """A second person has decided on this judgement already."""


class UnconfirmedError(DamageError):
    """The judge has not taken note of the unconfirmed values behind a calculation."""


class UnclearOutcomeError(DamageError):
    """A judgement needs exactly one of a grade and an outcome that is no grade."""


class RecusedError(DamageError):
    """The person declared the dwelling to be the own or a relative's."""
