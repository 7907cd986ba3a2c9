"""Commands of the program itself: init, serve, check, passphrase, recovery-code, intake."""

from victim_support.commands.instance import check, init, intake, passphrase, recovery_code
from victim_support.commands.serve import bring_up_to_date, serve

__all__ = ["bring_up_to_date", "check", "init", "intake", "passphrase", "recovery_code", "serve"]
