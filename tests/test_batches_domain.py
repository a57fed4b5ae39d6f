"""What a device may send, field by field, and which moment its clocks mean."""

from datetime import datetime, timedelta, timezone

import pytest

from kiosk import create_app
from kiosk.domain import batches, codes
from kiosk.domain.batches import BadBatch, Item, Malformed
from tests import make
from tests.conftest import SETTINGS

RECEIVED = datetime(2026, 11, 22, 19, 0, tzinfo=timezone(timedelta(hours=8)))
BEFORE = "99999999-2222-4333-8444-555555555555"  # an earlier start of the device


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """An application for its secret keys; no database is opened."""
    nowhere = f"sqlite:///{tmp_path_factory.mktemp('keys')}/none.sqlite"
    app = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": nowhere})
    with app.app_context():
        yield app


def an_item(**given):
    """One item as it is read."""
    [item] = batches.read(make.batch(make.item("K1", None) | given)).items
    return item


def without(body, field):
    return {name: value for name, value in body.items() if name != field}


def test_a_batch_is_read_whole(keys):
    read = batches.read(make.batch(make.item("K1", None, 7)))

    assert (read.epoch, read.boot_id, read.sent_mono) == (make.EPOCH, make.BOOT, 1000)
    assert isinstance(read.items[0], Item)
    assert read.items[0].seq == 7


@pytest.mark.parametrize("body", [None, [], "items", 7, {}, {"items": []}, True])
def test_what_is_no_batch_is_refused_in_a_sentence(keys, body):
    with pytest.raises(BadBatch, match=r"^[A-Za-z].*\.$"):
        batches.read(body)


@pytest.mark.parametrize("field", ["epoch", "boot_id", "sent_wall", "sent_mono", "items"])
def test_every_field_of_the_envelope_is_needed(keys, field):
    with pytest.raises(BadBatch, match=field):
        batches.read(without(make.batch(make.item("K1", None)), field))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epoch", "0123456789ABCDEF"),
        ("epoch", "0123456789abcde"),
        ("epoch", "０123456789abcdef"),
        ("boot_id", "not a uuid"),
        ("sent_wall", "2026-11-22T19:00:00"),
        ("sent_wall", "yesterday"),
        ("sent_wall", 1763809200),
        ("sent_mono", -1),
        ("sent_mono", 1.5),
        ("sent_mono", True),
        ("sent_mono", 2**53),
        ("items", {}),
        ("items", "K1"),
    ],
)
def test_a_wrong_envelope_is_refused_by_the_name_of_its_field(keys, field, value):
    with pytest.raises(BadBatch, match=field):
        batches.read(make.batch(make.item("K1", None)) | {field: value})


def test_a_batch_holds_one_to_two_hundred_items(keys):
    items = [make.item("K1", None, seq) for seq in range(1, 202)]

    assert len(batches.read(make.batch(*items[:200])).items) == 200
    with pytest.raises(BadBatch, match="200"):
        batches.read(make.batch(*items))


@pytest.mark.parametrize("field", [*batches.FIELDS])
def test_every_field_of_an_item_is_needed_but_a_session_may_be_null(keys, field):
    [item] = batches.read(make.batch(without(make.item("K1", None), field))).items

    assert isinstance(item, Item if field == "session" else Malformed)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scan_id", "1"),
        ("scan_id", "{11111111-2222-4333-8444-55555555555}"),
        ("scan_id", "１1111111-2222-4333-8444-555555555555"),
        ("scan_id", "11111111-2222-4333-8444-55555555555_"),
        ("scan_id", "1111111122224333844455555555555-----"),
        ("scan_id", None),
        ("seq", 0),
        ("seq", -1),
        ("seq", "1"),
        ("seq", 2**53),
        ("boot_id", 7),
        ("code", ""),
        ("code", "x" * 7090),
        ("code", None),
        ("code", 28),
        ("session", 0),
        ("session", "1"),
        ("session", 1.0),
        ("session", False),
        ("session", 2**31),
        ("direction", "sideways"),
        ("direction", None),
        ("direction", ["in"]),
        ("wall", "2026-11-22 19:00"),
        ("wall", "2026-13-22T19:00:00+08:00"),
        ("wall", "0001-01-01T00:00:00+00:00"),
        ("wall", "9999-12-31T23:59:59-12:00"),
        ("mono", -5),
        ("mono", float("inf")),
    ],
)
def test_a_wrong_item_is_malformed_by_the_name_of_its_field(keys, field, value):
    item = an_item(**{field: value})

    assert isinstance(item, Malformed)
    assert item.message.startswith(field)


@pytest.mark.parametrize("thing", [None, 1, "K1", [], [make.BOOT]])
def test_what_is_no_object_is_malformed(keys, thing):
    [item] = batches.read(make.batch(thing)).items

    assert item == Malformed(None, "An item must be a JSON object.")


def test_a_malformed_item_keeps_its_id_only_if_that_is_one(keys):
    assert an_item(scan_id=BEFORE, seq=0).scan_id == BEFORE
    assert an_item(scan_id="<script>", seq=0).scan_id is None


def test_capital_letters_in_an_id_are_the_same_id(keys):
    assert an_item(scan_id="ABCDEF01-2222-4333-8444-555555555555").scan_id.startswith("abcdef01")


def test_what_is_unknown_in_an_item_is_passed_over(keys):
    item = make.item("K1", None)

    [plain], [more] = (batches.read(make.batch(i)).items for i in (item, item | {"battery": 12}))

    assert plain == more


@pytest.mark.parametrize("field", [*batches.FIELDS])
def test_the_hash_of_an_item_covers_every_field(keys, field):
    other = {
        "scan_id": BEFORE, "seq": 2, "boot_id": BEFORE, "code": "K2", "session": 1,
        "direction": "out", "wall": "2026-11-22T19:00:01+08:00", "mono": 2,
    }  # fmt: skip
    item = make.item("K1", None)

    [one], [changed] = (
        batches.read(make.batch(i)).items for i in (item, item | {field: other[field]})
    )

    assert one.body_hash != changed.body_hash


def test_the_order_of_the_fields_does_not_matter(keys):
    item = make.item("K1", None)
    turned = dict(reversed(item.items()))

    [one], [other] = (batches.read(make.batch(i)).items for i in (item, turned))

    assert one.body_hash == other.body_hash


def test_the_text_of_a_code_goes_no_further_than_its_hash(keys):
    item = an_item(code="陈梅的秘密")

    assert "陈梅" not in repr(item)
    assert item.code_hash == codes.look_up_hash("陈梅的秘密")


def test_a_code_that_was_typed_small_has_the_hash_of_the_printed_one(keys):
    code = codes.make()

    assert an_item(code=f" {code.lower()}\r\n").code_hash == codes.look_up_hash(code)


# Clocks. `sent_mono` is a minute unless a test says otherwise.


def moment(*, boot=make.BOOT, mono=0, wall=RECEIVED, sent=RECEIVED, sent_mono=60_000):
    item = make.item("K1", None) | {"boot_id": boot, "mono": mono, "wall": wall.isoformat()}
    batch = batches.read(make.batch(item, sent=sent, sent_mono=sent_mono))
    return batches.moment(batch.items[0], batch, received=RECEIVED)


def ago(**time):
    return RECEIVED - timedelta(**time)


def test_within_one_start_the_steady_clock_tells(keys):
    assert moment(mono=45_000) == ago(seconds=15)


def test_within_one_start_the_wall_clock_may_be_a_day_off(keys):
    wrong = RECEIVED + timedelta(days=1)

    assert moment(mono=45_000, wall=wrong, sent=ago(days=300)) == ago(seconds=15)


def test_across_a_restart_the_wall_clock_tells(keys):
    assert moment(boot=BEFORE, wall=ago(hours=2)) == ago(hours=2)


@pytest.mark.parametrize("off", [timedelta(days=1), -timedelta(days=1), timedelta(minutes=3)])
def test_across_a_restart_a_wrong_wall_clock_is_put_right(keys, off):
    at = moment(boot=BEFORE, wall=ago(hours=2) + off, sent=RECEIVED + off)

    assert at == ago(hours=2)


def test_the_zone_of_a_wall_clock_does_not_matter(keys):
    wall = ago(hours=2).astimezone(timezone(-timedelta(hours=5)))

    assert moment(boot=BEFORE, wall=wall) == ago(hours=2)


def test_no_scan_is_later_than_its_receipt(keys):
    assert moment(mono=90_000) == RECEIVED
    assert moment(boot=BEFORE, wall=RECEIVED + timedelta(hours=1)) == RECEIVED


def test_a_clock_that_claims_years_is_broken_and_not_late(keys):
    assert moment(sent_mono=2**53 - 1) == RECEIVED - batches.OLDEST
    assert moment(boot=BEFORE, wall=ago(days=9000)) == RECEIVED - batches.OLDEST


@pytest.mark.parametrize(
    ("boot", "off", "doubtful"),
    [(BEFORE, 120, False), (BEFORE, 121, True), (BEFORE, -121, True), (make.BOOT, 9999, False)],
)
def test_only_a_moment_from_a_wrong_wall_clock_is_doubtful(keys, boot, off, doubtful):
    batch = batches.read(
        make.batch(make.item("K1", None, boot_id=boot), sent=RECEIVED + timedelta(seconds=off))
    )

    assert batches.is_doubtful(batch.items[0], batch, received=RECEIVED) is doubtful
