"""The form of what this machine asks of those who use it."""

from wtforms import IntegerField
from wtforms.validators import NumberRange

from victim_support.accounts.policy import LONGEST_PAUSE, SHORTEST_PAUSE, USUAL_PAUSE
from victim_support.core.forms import DeskForm, required


class PauseForm(DeskForm):
    """After how long without work the screen is closed."""

    minutes = IntegerField(
        "操作がないとき画面を閉じるまでの分",
        [required(), NumberRange(SHORTEST_PAUSE, LONGEST_PAUSE)],
        default=USUAL_PAUSE,
        description=f"{SHORTEST_PAUSE}分から{LONGEST_PAUSE}分まで。",
        render_kw={"inputmode": "numeric"},
    )
