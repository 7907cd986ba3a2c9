"""What becomes of an application that came in a file."""

from victim_support.victims.rules import Labelled


class FiledState(Labelled):
    """How far an application from a file is (取り込んだ申請の状態)."""

    WAITING = "waiting", "世帯を決める"
    RECEIVED = "received", "受け付けた"
    SET_ASIDE = "set_aside", "受け付けない"
