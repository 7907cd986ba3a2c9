"""The invented town (架空市) in training mode: instance, people who log in, shelters, residents."""

import secrets
from datetime import date
from importlib import resources
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from victim_support.accounts import services as accounts
from victim_support.accounts.queries import find_by_login_name
from victim_support.core import clock
from victim_support.core.access import system_actor
from victim_support.core.csv_io import write_csv
from victim_support.core.db import db, reading, transaction
from victim_support.core.instance import OpenInstance
from victim_support.core.settings import put_setting
from victim_support.demo.people import invent_households, write_register
from victim_support.dropbox.services import OPEN_SETTING
from victim_support.houses.services import import_dwellings
from victim_support.installation import create_instance
from victim_support.place_names.rules import PlaceNameKind, read_names
from victim_support.place_names.services import add_names
from victim_support.residents.services import import_residents
from victim_support.shelters.queries import list_shelters
from victim_support.shelters.services import import_shelters, read_list

MUNICIPALITY = "209996"
HOUSEHOLDS = 1200
SEED = 20260715
LOGIN_FILE = "login.txt"
ADMIN = "kanri"
SHELTER_FILE = resources.files("victim_support.demo") / "tables" / "shelters.csv"
HOUSE_HEADERS = ("物件番号", "所在地", "方書", "所有者", "構造", "階数", "緯度", "経度")
OFFICE = {
    "municipality_name": "架空市",
    "issuer_title": "架空市長",
    "office_name": "架空市 総務部 税務課",
    "office_phone": "000-000-0000",
}
OLD_NAMES = """旧小浜村,こはまむら,北浜,南浜
旧川里村,かわさとむら,川上,川下
山手の字,やまてのあざ,東山,西山"""
HOUSE_NAMES = """船問屋,ふなどいや,港町
桶屋,おけや,本町"""
PEOPLE = (
    ("honbu", "本部 訓練員", "hq", ()),
    ("sekinin", "責任者 訓練員", "shelter_manager", ()),
    ("uketsuke", "受付 訓練員", "reception", ()),
    ("mado", "窓口 訓練員", "counter", ()),
    ("chosa", "調査 訓練員", "surveyor", ()),
    ("nintei", "認定 訓練員", "judge", ()),
    ("hogo", "保護 訓練員", "hq", ("sealed",)),
)


def create_town(folder: Path) -> OpenInstance:
    """Create the instance; the password of its invented people lies beside it, as in a drill."""
    password = f"kunren-{secrets.token_hex(4)}-kakuu"
    made = create_instance(
        folder,
        municipality=MUNICIPALITY,
        admin=ADMIN,
        password=password,
        passphrase=None,
        is_training=True,
    )
    (folder / LOGIN_FILE).write_text(password, encoding="utf-8")
    return made.opened


def password_of(folder: Path) -> str:
    """Return the password of the town's invented people."""
    return (folder / LOGIN_FILE).read_text(encoding="utf-8").strip()


def add_people(password: str) -> None:
    """Give the town its office and its staff (職員), all with the same password."""
    first = accounts.new_secrets(len(PEOPLE))
    with transaction(reason="訓練の準備"):
        for key, value in OFFICE.items():
            put_setting(key=key, value=value)
        add_names(PlaceNameKind.DISTRICT, read_names(OLD_NAMES).places)
        add_names(PlaceNameKind.HOUSE, read_names(HOUSE_NAMES).places)
        put_setting(key=OPEN_SETTING, value=True)  # to practise with; the port opens by its option
        desk_shelter = list_shelters()[0].id
        for (login_name, name, role, grants), secret in zip(PEOPLE, first, strict=True):
            staff = accounts.create_staff(
                by=system_actor(),
                login_name=login_name,
                display_name=name,
                role=role,
                first_secret=secret,
                grants=grants,
                shelter_id=desk_shelter,
            )
            db.session.flush()
            accounts.set_password(staff=staff, password=password)


def staff_id(login_name: str) -> UUID:
    """Return the id of one of the invented people."""
    with reading() as session:
        staff = find_by_login_name(login_name, session)
        if staff is None:
            raise LookupError(login_name)
        return staff.id


def add_shelters() -> None:
    """Import the invented list of 12 shelters the way a real list comes in."""
    parsed = read_list(BytesIO(SHELTER_FILE.read_bytes()))
    with transaction(reason="避難所の取り込み"):
        import_shelters(parsed)


def add_residents(today: date | None = None) -> None:
    """Import about 3,000 invented residents in 1,200 households the way an extract comes in."""
    households = invent_households(HOUSEHOLDS, seed=SEED, today=today or clock.today())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "residents.csv"
        people = (person for household in households for person in household)
        write_register(people, path, encoding="utf-8-sig")
        with path.open("rb") as stream:
            import_residents(stream, file_name=path.name, imported_by="訓練の準備")


def add_houses(today: date | None = None) -> None:
    """Import an invented house ledger (家屋台帳): a house for each household, in its order."""
    households = invent_households(HOUSEHOLDS, seed=SEED, today=today or clock.today())
    rows: list[tuple[object, ...]] = [HOUSE_HEADERS]
    for number, (head, *_others) in enumerate(households, start=1):
        north, east = divmod(number, 40)
        place = (f"{35.48 + north * 0.0003:.4f}", f"{137.80 + east * 0.0004:.4f}")
        rows.append((f"K{number:05}", head.address, head.building, head.name, "木造", 2, *place))
    stream = BytesIO(write_csv(rows)[0])
    import_dwellings(stream, file_name="houses.csv", imported_by="訓練の準備")
