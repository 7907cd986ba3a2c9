"""Writes of households, persons and what hangs on them."""

from victim_support.victims.services.households import (
    create_household,
    take_over_household,
)
from victim_support.victims.services.indexing import PersonSearch
from victim_support.victims.services.links import (
    SamePersonTwiceError,
    link_people,
    unlink_people,
)
from victim_support.victims.services.overtaken import find_overtaken, take_over
from victim_support.victims.services.persons import (
    birth_columns,
    columns_of,
    create_person,
    link_to_register,
    take_over_person,
    update_person,
)
from victim_support.victims.services.protected import on_lifted, on_protected
from victim_support.victims.services.resealing import (
    catch_up,
    find_behind,
    find_exposed,
    find_refilled,
    finds_open,
    is_anybody_protected,
    protected_ids,
    take_back,
)
from victim_support.victims.services.sayings import (
    add_needs,
    change_needs,
    record_statement,
    set_answers,
    settle_statement,
)
from victim_support.victims.services.sealing import (
    fullest_row,
    hidden_fields,
    move_to_core,
    move_to_sealed,
    person_rows,
    seal_person,
    statement_scope,
    unseal_person,
    writing_scope,
)

__all__ = [
    "PersonSearch",
    "SamePersonTwiceError",
    "add_needs",
    "birth_columns",
    "catch_up",
    "change_needs",
    "columns_of",
    "create_household",
    "create_person",
    "find_behind",
    "find_exposed",
    "find_overtaken",
    "find_refilled",
    "finds_open",
    "fullest_row",
    "hidden_fields",
    "is_anybody_protected",
    "link_people",
    "link_to_register",
    "move_to_core",
    "move_to_sealed",
    "on_lifted",
    "on_protected",
    "person_rows",
    "protected_ids",
    "record_statement",
    "seal_person",
    "set_answers",
    "settle_statement",
    "statement_scope",
    "take_back",
    "take_over",
    "take_over_household",
    "take_over_person",
    "unlink_people",
    "unseal_person",
    "update_person",
    "writing_scope",
]
