"""Key slots: every secret opens, wrong ones do not, replaced ones no longer do."""

import json
from datetime import UTC, datetime

import pytest

from victim_support.core.keys import (
    KEY_FILE,
    SlotKind,
    WeakPassphraseError,
    WrongSecretError,
    create_keyring,
    mark_recovery_used,
    recovery_used_at,
    replace_recovery_code,
    set_passphrase,
    slot_kinds,
    subkey,
    unlock,
)

PASSPHRASE = "よるのしょうがっこう十七"


@pytest.fixture
def ring(tmp_path):
    key, code = create_keyring(tmp_path, PASSPHRASE)
    return tmp_path, key, code


def test_passphrase_and_recovery_code_open_the_same_key(ring):
    folder, key, code = ring

    assert unlock(folder, PASSPHRASE).key == key
    recovered = unlock(folder, code.lower().replace("-", " "))
    assert (recovered.key, recovered.slot) == (key, SlotKind.RECOVERY)


@pytest.mark.parametrize("secret", ["", None, PASSPHRASE + "x", "00000-00000-00000-00000-00000"])
def test_wrong_secrets_open_nothing(ring, secret):
    with pytest.raises(WrongSecretError):
        unlock(ring[0], secret)


def test_file_holds_neither_key_nor_secret(ring):
    folder, key, code = ring

    text = (folder / "keys.json").read_text()

    assert key.hex() not in text
    assert PASSPHRASE not in text
    assert code not in text
    assert (folder / "keys.json").stat().st_mode & 0o077 == 0


def test_new_passphrase_replaces_the_old_and_leaves_the_key(ring):
    folder, key, code = ring

    set_passphrase(folder, key, "あたらしいあいことばです")

    assert unlock(folder, "あたらしいあいことばです").key == key
    assert unlock(folder, code).key == key
    with pytest.raises(WrongSecretError):
        unlock(folder, PASSPHRASE)


def test_used_recovery_code_is_noted_until_it_is_replaced(ring):
    folder, key, code = ring
    moment = datetime(2026, 7, 15, 9, tzinfo=UTC)

    mark_recovery_used(folder, moment)
    assert recovery_used_at(folder) == moment
    new_code = replace_recovery_code(folder, key)

    assert recovery_used_at(folder) is None
    assert unlock(folder, new_code).key == key
    with pytest.raises(WrongSecretError):
        unlock(folder, code)


def test_key_file_opens_without_a_secret_and_goes_when_a_passphrase_comes(tmp_path):
    key, _code = create_keyring(tmp_path, None)
    assert unlock(tmp_path, None).slot is SlotKind.KEY_FILE

    set_passphrase(tmp_path, key, PASSPHRASE)

    assert not (tmp_path / KEY_FILE).exists()
    assert set(slot_kinds(tmp_path)) == {SlotKind.RECOVERY, SlotKind.PASSPHRASE}


def test_short_passphrases_are_refused(tmp_path):
    with pytest.raises(WeakPassphraseError, match="12文字以上"):
        create_keyring(tmp_path, "みじかい")


def test_damaged_slot_does_not_open(ring):
    folder, _key, _code = ring
    slots = json.loads((folder / "keys.json").read_text())
    for slot in slots["slots"]:
        slot["wrapped"] = slot["wrapped"][::-1]
    (folder / "keys.json").write_text(json.dumps(slots))

    with pytest.raises(WrongSecretError):
        unlock(folder, PASSPHRASE)


def test_keys_of_different_purposes_differ():
    key = bytes(32)

    assert subkey(key, "session") != subkey(key, "intake")
    assert subkey(key, "session") == subkey(key, "session")
