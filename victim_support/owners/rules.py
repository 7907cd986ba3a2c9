"""What showed that somebody owns a house."""

from victim_support.victims.rules import Labelled


class OwnershipProof(Labelled):
    """What showed that somebody owns a house (所有の確認): seen, not copied."""

    LEDGER = "ledger", "家屋台帳"
    REGISTRY = "registry", "登記事項証明書"
    TAX = "tax", "固定資産税の納税通知書・課税明細書"
    CONTRACT = "contract", "売買・相続・賃貸の書類"
    OTHER = "other", "そのほか"
