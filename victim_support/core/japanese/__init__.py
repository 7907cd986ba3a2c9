"""Read and compare Japanese text: kana, romaji, variant characters, era dates, names."""

from victim_support.core.japanese.dates import (
    BirthError,
    BirthValue,
    Era,
    Precision,
    age_on,
    both,
    parse_birth,
    wareki,
)
from victim_support.core.japanese.fold import (
    clusters,
    fold_kana,
    fold_kanji,
    has_private_use,
    plain_kana,
    sound_key,
)
from victim_support.core.japanese.names import DisplayName, display_name
from victim_support.core.japanese.romaji import kana_readings, romaji_to_kana

__all__ = [
    "BirthError",
    "BirthValue",
    "DisplayName",
    "Era",
    "Precision",
    "age_on",
    "both",
    "clusters",
    "display_name",
    "fold_kana",
    "fold_kanji",
    "has_private_use",
    "kana_readings",
    "parse_birth",
    "plain_kana",
    "romaji_to_kana",
    "sound_key",
    "wareki",
]
