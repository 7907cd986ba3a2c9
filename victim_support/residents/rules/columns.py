"""The columns of a register extract (住民基本台帳の抽出)."""

from victim_support.core.mapping import Targets, load_targets


def targets() -> Targets:
    """Return what a register extract may hold."""
    return load_targets("victim_support.residents")
