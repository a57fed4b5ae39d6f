"""All tables, read from top to bottom: a section refers only to sections above it.

Schema only: no queries, no writes. What the database can promise is promised here.
"""

from enum import StrEnum

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    FromClause,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.columns import (
    Base,
    code,
    count,
    created,
    digest,
    key,
    label,
    moment,
    note,
    one_of,
    refers,
    unique_while,
    word,
)


def forbid_changes(table: FromClause) -> None:
    """Rows of this table are facts: neither database lets anyone change or remove one."""
    for dialect, guard in (("sqlite", SQLITE_GUARD), ("postgresql", POSTGRESQL_GUARD)):
        for act in ("UPDATE", "DELETE"):
            made = DDL(guard.format(f"{table}_no_{act.lower()}", act, table))  # type: ignore[no-untyped-call]  # SQLAlchemy
            event.listen(table, "after_create", made.execute_if(dialect=dialect))


SQLITE_GUARD = (
    "CREATE TRIGGER {0} BEFORE {1} ON {2} BEGIN SELECT RAISE(ABORT, '{2} are facts'); END"
)
POSTGRESQL_GUARD = (
    "CREATE OR REPLACE FUNCTION {0}() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '{2} are facts' USING ERRCODE = '23000'; END $$;"
    "CREATE TRIGGER {0} BEFORE {1} ON {2} FOR EACH ROW EXECUTE FUNCTION {0}()"
)

# --- 1 audit ---------------------------------------------------------------------------------


class AuditEntry(Base):
    """Who did what, in one chain: each entry carries the keyed hash of the one before it.

    `subject` is a table and an id ("members:12"); `detail` never holds personal data.
    """

    __tablename__ = "audit_entries"

    id: Mapped[key]
    at: Mapped[created]
    actor: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    detail: Mapped[note]
    previous: Mapped[digest] = mapped_column(unique=True)  # two entries can't follow the same one
    hash: Mapped[digest] = mapped_column(unique=True)


forbid_changes(AuditEntry.__table__)

# --- 2 settings ------------------------------------------------------------------------------


class Setting(Base):
    """One fact about this installation, such as that it holds the fictional demo."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
    since: Mapped[created]


class Counter(Base):
    """The last number given out, raised in one statement so that no two people share one."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[count]


# --- 4 centres (before staff, who work at one) -----------------------------------------------


class CentreKind(StrEnum):
    DISTRICT = "district"
    FIRST_STOP = "first_stop"
    STREET = "street"
    COMMUNITY = "community"
    PARK = "park"
    DOORSTEP = "doorstep"


class DeviceKind(StrEnum):
    DOOR = "door"
    KIOSK = "kiosk"
    WALL = "wall"


class Street(Base):
    """A subdistrict, with its official nine-digit code."""

    __tablename__ = "streets"

    id: Mapped[key]
    code: Mapped[code]
    name: Mapped[label]
    name_en: Mapped[label]


class Centre(Base):
    """A service centre or registration point."""

    __tablename__ = "centres"

    id: Mapped[key]
    code: Mapped[code]
    name: Mapped[label]
    name_en: Mapped[label]
    kind: Mapped[word]
    street_id: Mapped[int | None] = refers("streets")
    place: Mapped[note]
    opening_hours: Mapped[note]
    phone: Mapped[str] = mapped_column(String(30), default="")

    street: Mapped[Street | None] = relationship()

    __table_args__ = (one_of("kind", CentreKind),)


class Device(Base):
    """A paired screen. Its key is shown once and kept only as a hash."""

    __tablename__ = "devices"

    id: Mapped[key]
    centre_id: Mapped[int] = refers("centres")
    name: Mapped[label]
    kind: Mapped[word]
    key_hash: Mapped[digest] = mapped_column(unique=True)
    paired_at: Mapped[created]
    last_seen_at: Mapped[moment | None]
    revoked_at: Mapped[moment | None]

    centre: Mapped[Centre] = relationship()

    __table_args__ = (one_of("kind", DeviceKind),)


class PairingCode(Base):
    """A one-time code shown at the desk; a browser that enters it becomes a device."""

    __tablename__ = "pairing_codes"

    id: Mapped[key]
    centre_id: Mapped[int] = refers("centres")
    name: Mapped[label]
    kind: Mapped[word]
    code_hash: Mapped[digest] = mapped_column(unique=True)
    expires_at: Mapped[moment]
    used_at: Mapped[moment | None]

    __table_args__ = (one_of("kind", DeviceKind),)


# --- 5 organisations -------------------------------------------------------------------------


class PostKind(StrEnum):
    SECRETARY = "secretary"
    ADVISER = "adviser"
    HOMETOWN_SECRETARY = "hometown_secretary"


class OrganisationKind(StrEnum):
    BRANCH = "branch"
    HOMETOWN_BRANCH = "hometown_branch"


class Post(Base):
    """A post and who holds it. A post-holder is not an account."""

    __tablename__ = "posts"

    id: Mapped[key]
    code: Mapped[code]
    kind: Mapped[word]
    holder: Mapped[label]
    work_phone: Mapped[str] = mapped_column(String(30), default="")
    published: Mapped[bool] = mapped_column(default=False)  # the holder agreed to be shown

    __table_args__ = (one_of("kind", PostKind),)


class Organisation(Base):
    """A branch, or a hometown branch paired with a street."""

    __tablename__ = "organisations"

    id: Mapped[key]
    code: Mapped[code]
    kind: Mapped[word]
    name: Mapped[label]
    name_en: Mapped[label]
    industry: Mapped[str] = mapped_column(String(60), default="")
    hometown: Mapped[str] = mapped_column(String(10), default="")  # six-digit region code
    street_id: Mapped[int | None] = refers("streets")  # where it is, or whom it is paired with
    secretary_id: Mapped[int | None] = refers("posts")
    adviser_id: Mapped[int | None] = refers("posts")

    street: Mapped[Street | None] = relationship()
    secretary: Mapped[Post | None] = relationship(foreign_keys="Organisation.secretary_id")
    adviser: Mapped[Post | None] = relationship(foreign_keys="Organisation.adviser_id")

    __table_args__ = (
        one_of("kind", OrganisationKind),
        CheckConstraint("kind = 'branch' OR hometown <> ''", name="hometown"),
    )


# --- 3 staff ---------------------------------------------------------------------------------


class Role(StrEnum):
    ADMIN = "admin"
    DISTRICT = "district"
    DESK = "desk"
    BRANCH = "branch"
    LIAISON = "liaison"
    AUDITOR = "auditor"


class Staff(Base):
    """An account of somebody who works here."""

    __tablename__ = "staff"

    id: Mapped[key]
    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[label]
    role: Mapped[word]
    password_hash: Mapped[str] = mapped_column(String(200))
    centre_id: Mapped[int | None] = refers("centres")
    organisation_id: Mapped[int | None] = refers("organisations")
    made_at: Mapped[created]
    stopped_at: Mapped[moment | None]

    centre: Mapped[Centre | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("role <> 'desk' OR centre_id IS NOT NULL", name="desk_has_centre"),
        CheckConstraint("role <> 'branch' OR organisation_id IS NOT NULL", name="branch_has_one"),
    )


class StaffSession(Base):
    """One log-in. The browser keeps the token, the database only its hash."""

    __tablename__ = "staff_sessions"

    id: Mapped[key]
    staff_id: Mapped[int] = refers("staff")
    token_hash: Mapped[digest] = mapped_column(unique=True)
    made_at: Mapped[created]
    seen_at: Mapped[created]
    ended_at: Mapped[moment | None]

    staff: Mapped[Staff] = relationship()


class LoginAttempt(Base):
    """A failed log-in, counted by account and by address, both kept as keyed hashes."""

    __tablename__ = "login_attempts"

    id: Mapped[key]
    at: Mapped[created]
    login_hash: Mapped[digest]
    address_hash: Mapped[digest]

    __table_args__ = (Index(None, "login_hash", "at"), Index(None, "address_hash", "at"))


# --- 6 members -------------------------------------------------------------------------------


class MemberState(StrEnum):
    VISITOR = "visitor"
    REGISTERED = "registered"
    ACCEPTED = "accepted"
    TRANSFERRED_IN = "transferred_in"
    QUIET = "quiet"
    CONTACT_1 = "contact_1"
    UNREACHED = "unreached"
    REFERRED_BACK = "referred_back"
    LEFT = "left"
    WITHDRAWN = "withdrawn"


class Channel(StrEnum):
    FIRST_STOP = "first_stop"
    DOORSTEP = "doorstep"
    PHONE_WEB = "phone_web"
    HOTLINE = "hotline"
    REFERRAL = "referral"
    ORIGIN_LIST = "origin_list"
    OUTREACH = "outreach"
    CHAMBER = "chamber"
    EVENT = "event"


class ConsentKind(StrEnum):
    REGISTRATION = "registration"
    PARTY = "party"
    PHOTO = "photo"
    SHARING = "sharing"
    CALL_OUT = "call_out"


class AffiliationKind(StrEnum):
    RELATIONSHIP = "relationship"
    PARTICIPATION = "participation"
    HOMETOWN = "hometown"
    COMMUNITY = "community"
    CLUB = "club"


class DoubtReason(StrEnum):
    SAME_PHONE = "same_phone"
    SAME_NAME_AND_HOMETOWN = "same_name_and_hometown"


class Member(Base):
    """A person who registered. The row belongs to the whole installation, not to one centre.

    Erasing empties the personal columns and keeps the row, so that counts stay true.
    """

    __tablename__ = "members"

    id: Mapped[key]
    number: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[label | None] = mapped_column(index=True)
    phone: Mapped[str | None] = mapped_column(String(11), index=True)
    hometown: Mapped[str] = mapped_column(String(10), default="unknown")
    state: Mapped[word]
    channel: Mapped[word]
    centre_id: Mapped[int] = refers("centres")
    registered_at: Mapped[created] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)

    centre: Mapped[Centre] = relationship()

    __table_args__ = (
        one_of("state", MemberState),
        one_of("channel", Channel),
        CheckConstraint("phone IS NULL OR length(phone) = 11", name="phone"),
        CheckConstraint(
            "length(hometown) = 6 OR hometown IN ('other', 'unknown')", name="hometown"
        ),
        Index(None, "centre_id", "registered_at"),  # a board asks every few seconds
    )
    __mapper_args__ = {"version_id_col": version}  # a stale edit is refused, not merged


class MemberKey(Base):
    """One spelling under which the desk finds a member; removed when the member is erased."""

    __tablename__ = "member_keys"

    key: Mapped[str] = mapped_column(
        String(100).with_variant(String(100, collation="C"), "postgresql"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)


class Consent(Base):
    """What a member agreed to, which text was shown, from when until when."""

    __tablename__ = "consents"

    id: Mapped[key]
    member_id: Mapped[int] = refers("members")
    kind: Mapped[word]
    text_version: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[created]
    ended_at: Mapped[moment | None]

    __table_args__ = (
        one_of("kind", ConsentKind),
        CheckConstraint("ended_at IS NULL OR ended_at >= given_at", name="order"),
        unique_while("uq_consents_live", "member_id kind", "ended_at IS NULL"),
    )


class Affiliation(Base):
    """A member and an organisation. Belonging is to one place, taking part to several."""

    __tablename__ = "affiliations"

    id: Mapped[key]
    member_id: Mapped[int] = refers("members")
    organisation_id: Mapped[int] = refers("organisations")
    kind: Mapped[word]
    since: Mapped[created]
    until: Mapped[moment | None]

    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (
        one_of("kind", AffiliationKind),
        CheckConstraint("until IS NULL OR until >= since", name="order"),
        unique_while(
            "uq_affiliations_relationship", "member_id", "kind = 'relationship' AND until IS NULL"
        ),
        unique_while("uq_affiliations_live", "member_id organisation_id kind", "until IS NULL"),
    )


class Doubt(Base):
    """Two records that may be one person; the desk settles it, the visitor never hears of it."""

    __tablename__ = "doubts"

    id: Mapped[key]
    member_id: Mapped[int] = refers("members")
    like_id: Mapped[int] = refers("members")
    reason: Mapped[str] = mapped_column(String(30))
    found_at: Mapped[created]
    settled_at: Mapped[moment | None]
    settled_by_id: Mapped[int | None] = refers("staff")

    member: Mapped[Member] = relationship(foreign_keys="Doubt.member_id")
    like: Mapped[Member] = relationship(foreign_keys="Doubt.like_id")

    __table_args__ = (
        one_of("reason", DoubtReason),
        UniqueConstraint("member_id", "like_id"),
        CheckConstraint("member_id <> like_id", name="two"),
    )


class Sighting(Base):
    """A card shown or a full number typed at a desk: it opens the record there for 30 minutes."""

    __tablename__ = "sightings"

    id: Mapped[key]
    member_id: Mapped[int] = refers("members")
    centre_id: Mapped[int] = refers("centres")
    at: Mapped[created]


# --- 7 visits --------------------------------------------------------------------------------


class Visit(Base):
    """One use of a kiosk by one person. `member_id` lasts only until the visit ends."""

    __tablename__ = "visits"

    id: Mapped[key]
    token_hash: Mapped[digest] = mapped_column(unique=True)
    centre_id: Mapped[int] = refers("centres")
    device_id: Mapped[int | None] = refers("devices")
    member_id: Mapped[int | None] = refers("members")
    started_at: Mapped[created]
    seen_at: Mapped[created]
    ended_at: Mapped[moment | None]

    centre: Mapped[Centre] = relationship()
    device: Mapped[Device | None] = relationship()
    member: Mapped[Member | None] = relationship()

    __table_args__ = (CheckConstraint("ended_at IS NULL OR member_id IS NULL", name="forgotten"),)


class Draft(Base):
    """What a visitor has typed so far: made after consent, deleted at the end of the visit."""

    __tablename__ = "drafts"

    id: Mapped[key]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"), unique=True)
    consent_version: Mapped[str] = mapped_column(String(20))
    consented_at: Mapped[created]
    name: Mapped[str] = mapped_column(String(100), default="")
    phone: Mapped[str | None] = mapped_column(String(11))  # None: not asked yet, "": skipped
    hometown: Mapped[str] = mapped_column(String(10), default="")

    visit: Mapped[Visit] = relationship()


class Call(Base):
    """Somebody at a kiosk asks for a person."""

    __tablename__ = "calls"

    id: Mapped[key]
    centre_id: Mapped[int] = refers("centres")
    device_id: Mapped[int | None] = refers("devices")
    at: Mapped[created]
    answered_at: Mapped[moment | None]
    answered_by_id: Mapped[int | None] = refers("staff")

    centre: Mapped[Centre] = relationship()
    device: Mapped[Device | None] = relationship()


# --- 8 cards ---------------------------------------------------------------------------------


class CardState(StrEnum):
    ISSUED = "issued"
    PRINTED = "printed"
    HANDED_OVER = "handed_over"
    LOST = "lost"
    REPLACED = "replaced"
    STOPPED = "stopped"


LIVE = (CardState.ISSUED, CardState.PRINTED, CardState.HANDED_OVER)


class Card(Base):
    """A member card. The code is found by its keyed hash and kept sealed for a reprint."""

    __tablename__ = "cards"

    id: Mapped[key]
    member_id: Mapped[int] = refers("members")
    serial: Mapped[str] = mapped_column(String(16), unique=True)
    code_hash: Mapped[digest] = mapped_column(unique=True)
    door_hash: Mapped[str] = mapped_column(String(16))  # what an offline door may know
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # None once the member is erased
    state: Mapped[word]
    issued_at: Mapped[created]

    member: Mapped[Member] = relationship()

    __table_args__ = (
        one_of("state", CardState),
        # One member may hold many cards over the years, but one live card.
        unique_while("uq_cards_live", "member_id", "state IN ('issued', 'printed', 'handed_over')"),
        # The few that wait to be printed or collected, among the many in people's pockets.
        Index(
            "ix_cards_waiting",
            "state",
            sqlite_where=text("state IN ('issued', 'printed')"),
            postgresql_where=text("state IN ('issued', 'printed')"),
        ),
    )

    @property
    def live(self) -> bool:
        return self.state in LIVE


class CardMove(Base):
    """One step in the life of a card: what it became, when, where, by whom and why."""

    __tablename__ = "card_moves"

    id: Mapped[key]
    card_id: Mapped[int] = refers("cards")
    state: Mapped[word]
    at: Mapped[created]
    actor: Mapped[str] = mapped_column(String(40))
    centre_id: Mapped[int | None] = refers("centres")
    reason: Mapped[note]

    card: Mapped[Card] = relationship()

    __table_args__ = (one_of("state", CardState),)


# --- 10 events -------------------------------------------------------------------------------


class SignUpRule(StrEnum):
    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


class SignUpState(StrEnum):
    JOINED = "joined"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class Event(Base):
    """Something a centre invites people to; it takes place in one or more sessions."""

    __tablename__ = "events"

    id: Mapped[key]
    centre_id: Mapped[int] = refers("centres")
    title: Mapped[label]
    title_en: Mapped[label]
    kind: Mapped[word]
    place: Mapped[note]
    sign_up: Mapped[word] = mapped_column(default=SignUpRule.NONE)
    records_exits: Mapped[bool] = mapped_column(default=False)

    centre: Mapped[Centre] = relationship()
    sessions: Mapped[list["EventSession"]] = relationship(
        back_populates="event", order_by="EventSession.starts_at"
    )

    __table_args__ = (one_of("sign_up", SignUpRule),)


class EventSession(Base):
    """One sitting of an event. `taken` counts sign-ups; the doors open and close around it."""

    __tablename__ = "event_sessions"

    id: Mapped[key]
    event_id: Mapped[int] = refers("events")
    starts_at: Mapped[moment] = mapped_column(index=True)
    ends_at: Mapped[moment]
    opens_at: Mapped[moment]
    closes_at: Mapped[moment] = mapped_column(index=True)
    places: Mapped[int | None]
    taken: Mapped[count]
    cancelled_at: Mapped[moment | None]

    event: Mapped[Event] = relationship(back_populates="sessions")

    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint("opens_at <= starts_at AND closes_at >= ends_at", name="doors"),
        CheckConstraint("places IS NULL OR places > 0", name="places"),
        CheckConstraint("taken >= 0", name="taken"),
    )


class SignUp(Base):
    """A member's place in an event session. Guests and children are a number, never persons."""

    __tablename__ = "sign_ups"

    id: Mapped[key]
    session_id: Mapped[int] = refers("event_sessions")
    member_id: Mapped[int] = refers("members")
    state: Mapped[word]
    at: Mapped[created]
    guests: Mapped[count]

    member: Mapped[Member] = relationship()
    session: Mapped[EventSession] = relationship()

    __table_args__ = (
        one_of("state", SignUpState),
        CheckConstraint("guests >= 0", name="guests"),
        unique_while("uq_sign_ups_live", "session_id member_id", "state <> 'cancelled'"),
    )


# --- 11 checkins -----------------------------------------------------------------------------


class Verdict(StrEnum):
    WELCOME = "welcome"
    ALREADY = "already"
    GOODBYE = "goodbye"
    CHOOSE = "choose"
    NOT_SIGNED_UP = "not_signed_up"
    WRONG_SESSION = "wrong_session"
    WAITLISTED = "waitlisted"
    FULL = "full"
    TOO_EARLY = "too_early"
    CLOSED = "closed"
    REPLACED = "replaced"
    STOPPED = "stopped"
    LOST = "lost"
    MEMBER_LEFT = "member_left"
    STALE_CODE = "stale_code"
    UNKNOWN = "unknown"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class Source(StrEnum):
    DOOR = "door"
    KIOSK = "kiosk"
    DESK = "desk"


class ReviewKind(StrEnum):
    ID_REUSED = "id_reused"
    AFTER_STOP = "after_stop"
    UNKNOWN = "unknown"
    OVER_CAPACITY = "over_capacity"
    NOT_SIGNED_UP = "not_signed_up"
    OUTSIDE_TIMES = "outside_times"
    CLOCK_SUSPECT = "clock_suspect"
    SECOND_GATE = "second_gate"


class Scan(Base):
    """A card was shown: an immutable fact, judged once, when it is first stored.

    `answer` is the stored reply (JSON text), so that a replay gets exactly the same one.
    `epoch` and `seq` number the scans of one device's storage; a desk numbers none.
    """

    __tablename__ = "scans"

    scan_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    epoch: Mapped[str | None] = mapped_column(String(16))
    seq: Mapped[int | None] = mapped_column(BigInteger)
    body_hash: Mapped[digest]
    code_hash: Mapped[digest | None]  # None: a clerk checked the member in by hand
    card_id: Mapped[int | None] = refers("cards")
    member_id: Mapped[int | None] = refers("members")
    session_id: Mapped[int | None] = refers("event_sessions")
    direction: Mapped[word]
    source: Mapped[word]
    at: Mapped[moment] = mapped_column(index=True)
    received_at: Mapped[moment]
    verdict: Mapped[word]
    admitted: Mapped[bool]
    answer: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        one_of("verdict", Verdict),
        one_of("direction", Direction),
        one_of("source", Source),
        UniqueConstraint("device_id", "epoch", "seq"),
        CheckConstraint("at <= received_at", name="order"),
        CheckConstraint(
            "NOT admitted OR (member_id IS NOT NULL AND session_id IS NOT NULL)", name="admitted"
        ),
    )


forbid_changes(Scan.__table__)


class Amendment(Base):
    """A scan withdrawn afterwards, by whom and why. The scan itself stays as it was."""

    __tablename__ = "amendments"

    id: Mapped[key]
    scan_id: Mapped[str] = mapped_column(ForeignKey("scans.scan_id"), unique=True)
    at: Mapped[created]
    actor: Mapped[str] = mapped_column(String(40))
    reason: Mapped[note]

    scan: Mapped[Scan] = relationship()


class Attendance(Base):
    """Who was there: per session and member the earliest admitted scan that stands.

    Derived from scans and amendments; it can always be made again from them.
    """

    __tablename__ = "attendances"

    session_id: Mapped[int] = mapped_column(ForeignKey("event_sessions.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)
    at: Mapped[moment]
    scan_id: Mapped[str] = mapped_column(ForeignKey("scans.scan_id"))
    left_at: Mapped[moment | None]

    member: Mapped[Member] = relationship()
    session: Mapped[EventSession] = relationship()
    scan: Mapped[Scan] = relationship()

    # SQLite: kept in the order of its key, so that who came to a session stands together.
    __table_args__ = ({"sqlite_with_rowid": False},)


class Review(Base):
    """A doubtful scan that somebody should look at."""

    __tablename__ = "reviews"

    id: Mapped[key]
    centre_id: Mapped[int] = refers("centres")
    scan_id: Mapped[str] = mapped_column(ForeignKey("scans.scan_id"), index=True)
    kind: Mapped[word]
    at: Mapped[created]
    settled_at: Mapped[moment | None]
    settled_by_id: Mapped[int | None] = refers("staff")

    scan: Mapped[Scan] = relationship()

    __table_args__ = (one_of("kind", ReviewKind),)


# --- 21 exchange -----------------------------------------------------------------------------


class RowOutcome(StrEnum):
    MADE = "made"
    SAME = "same"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"


class ImportRun(Base):
    """One roster file brought in. The file itself is not kept."""

    __tablename__ = "import_runs"

    id: Mapped[key]
    at: Mapped[created]
    actor: Mapped[str] = mapped_column(String(40))
    file_hash: Mapped[digest]


class ImportRow(Base):
    """What became of one row of a roster: the line, the outcome and its reason, no contents."""

    __tablename__ = "import_rows"

    id: Mapped[key]
    run_id: Mapped[int] = refers("import_runs")
    line: Mapped[int]
    outcome: Mapped[word]
    reason: Mapped[str] = mapped_column(String(40), default="")
    member_id: Mapped[int | None] = refers("members")

    __table_args__ = (one_of("outcome", RowOutcome),)
