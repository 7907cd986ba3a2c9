"""How each member is related to the head (続柄): asked for anew when another stands as head."""

from collections.abc import Collection, Mapping
from uuid import UUID

from flask import request
from wtforms.validators import ValidationError

from victim_support.victims.rules import HEADS

LONGEST_RELATION = 20
HEAD = "世帯主"


class Relations:
    """The part of a form in which the relations to the head stand, one field for each person."""

    names: Mapping[UUID, str] = {}
    relations: Mapping[UUID, str] = {}
    """The relation of each member to the head, as it will stand on the paper."""

    def offer_relations(self, names: Mapping[UUID, str], known: Mapping[UUID, str]) -> None:
        """Offer a field for each person, with what was typed or else with what is known."""
        self.names = names
        self.relations = {
            person_id: request.form.get(f"relation-{person_id}", known[person_id]).strip()
            for person_id in names
        }

    def refuse_relations(self, head: str, listed: Collection[str]) -> None:
        """Ask for the relations that a new head makes wrong.

        Args:
            head: The id of who stands as head.
            listed: Ids of those who stand on the paper.
        """
        for person_id, relation in self.relations.items():
            name = self.names[person_id]
            if len(relation) > LONGEST_RELATION:
                raise ValidationError(f"{name} さんの続柄は{LONGEST_RELATION}字までです。")
            if str(person_id) in {*listed} - {head} and relation in HEADS:
                raise ValidationError(
                    f"{name} さんの続柄を、新しい世帯主から見た続柄に直してください。"
                )
