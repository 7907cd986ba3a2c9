"""The disaster-victim support system (被災者支援システム)."""

__version__ = "0.1.0"
