"""For what personal data is taken down (利用目的), said where it is taken down and on every card.

The municipality may put its own words in place of these. Acts: 災害対策基本法 第86条の15 (answers
about people's safety), 第90条の2 (罹災証明書), 第90条の3 (被災者台帳).
"""

from enum import StrEnum

from flask import Flask

from victim_support.core.settings import setting


class Use(StrEnum):
    """What a page takes personal data down for."""

    SHELTER = "shelter"
    RESCUE = "rescue"
    ENQUIRY = "enquiry"
    CERTIFICATE = "certificate"


WORDS = {
    Use.SHELTER: (
        "うかがったことは、避難所の運営、安否の確認、救助、食事・物資・健康の支援、被災者台帳"
        "(災害対策基本法第90条の3)のために使い、ほかの目的には使いません。"
    ),
    Use.RESCUE: (
        "うかがったことは、捜索・救助(警察・消防への提供を含みます)と安否の確認のために使い、"
        "ほかの目的には使いません。"
    ),
    Use.ENQUIRY: (
        "お尋ねの方のことは、お答え(災害対策基本法第86条の15)と伝言のために使い、記録に残します。"
        "ほかの目的には使いません。"
    ),
    Use.CERTIFICATE: (
        "うかがったことは、住家の被害の調査、罹災証明書の交付(災害対策基本法第90条の2)、"
        "被災者台帳(同第90条の3)による支援のために使い、ほかの目的には使いません。"
    ),
}


def init_app(app: Flask) -> None:
    """Let templates say the purpose of use."""
    app.add_template_global(purpose_of_use)


def purpose_of_use(use: str = Use.SHELTER) -> str:
    """Return the purpose in the municipality's own words, or in those of the program."""
    which = Use(use)
    return setting(setting_key(which)) or WORDS[which]


def setting_key(use: Use) -> str:
    """Return under which key the municipality's own words are kept."""
    return "purpose_of_use" if use is Use.SHELTER else f"purpose_of_use.{use.value}"
