"""Addresses and fingerprints as people read them."""

from victim_support.terminals.rules import in_groups, is_address, names_first


def test_a_fingerprint_is_read_in_groups_of_four():
    assert in_groups("ab:cd:ef:01:23") == ["ABCD", "EF01", "23"]


def test_names_come_before_bare_addresses_and_once():
    names = ["192.0.2.7", "shelter17.example.jp", "192.0.2.7"]

    assert names_first(names) == ["shelter17.example.jp", "192.0.2.7"]
    assert [is_address(name) for name in names] == [True, False, True]
