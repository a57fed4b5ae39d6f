"""First tables

Revision: 0001, the first one.
"""

import sqlalchemy as sa
from alembic import op


revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FACTS = ("audit_entries", "scans")


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.String(length=400), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entries_hash")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_entries_previous")),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "import_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_runs")),
    )
    op.create_table(
        "login_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("login_hash", sa.String(length=64), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempts")),
    )
    with op.batch_alter_table("login_attempts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_login_attempts_address_hash_at"), ["address_hash", "at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_login_attempts_login_hash_at"), ["login_hash", "at"], unique=False
        )

    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("work_phone", sa.String(length=30), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('secretary', 'adviser', 'hometown_secretary')", name=op.f("ck_posts_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("code", name=op.f("uq_posts_code")),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "streets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_streets")),
        sa.UniqueConstraint("code", name=op.f("uq_streets_code")),
    )
    op.create_table(
        "centres",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("street_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=400), nullable=False),
        sa.Column("opening_hours", sa.String(length=400), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.CheckConstraint(
            "kind IN ('district', 'first_stop', 'street', 'community', 'park', 'doorstep')",
            name=op.f("ck_centres_kind"),
        ),
        sa.ForeignKeyConstraint(["street_id"], ["streets.id"], name=op.f("fk_centres_street_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centres")),
        sa.UniqueConstraint("code", name=op.f("uq_centres_code")),
    )
    with op.batch_alter_table("centres", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_centres_street_id"), ["street_id"], unique=False)

    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("industry", sa.String(length=60), nullable=False),
        sa.Column("hometown", sa.String(length=10), nullable=False),
        sa.Column("street_id", sa.Integer(), nullable=True),
        sa.Column("secretary_id", sa.Integer(), nullable=True),
        sa.Column("adviser_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind = 'branch' OR hometown <> ''", name=op.f("ck_organisations_hometown")
        ),
        sa.CheckConstraint(
            "kind IN ('branch', 'hometown_branch')", name=op.f("ck_organisations_kind")
        ),
        sa.ForeignKeyConstraint(
            ["adviser_id"], ["posts.id"], name=op.f("fk_organisations_adviser_id")
        ),
        sa.ForeignKeyConstraint(
            ["secretary_id"], ["posts.id"], name=op.f("fk_organisations_secretary_id")
        ),
        sa.ForeignKeyConstraint(
            ["street_id"], ["streets.id"], name=op.f("fk_organisations_street_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("code", name=op.f("uq_organisations_code")),
    )
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organisations_adviser_id"), ["adviser_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_organisations_secretary_id"), ["secretary_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_organisations_street_id"), ["street_id"], unique=False)

    op.create_table(
        "devices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("paired_at", sa.DateTime(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('door', 'kiosk', 'wall')", name=op.f("ck_devices_kind")),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_devices_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_devices_key_hash")),
    )
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_devices_centre_id"), ["centre_id"], unique=False)

    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("title_en", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=400), nullable=False),
        sa.Column("sign_up", sa.String(length=20), nullable=False),
        sa.Column("records_exits", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "sign_up IN ('none', 'optional', 'required')", name=op.f("ck_events_sign_up")
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_events_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_centre_id"), ["centre_id"], unique=False)

    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("phone", sa.String(length=11), nullable=True),
        sa.Column("hometown", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('first_stop', 'doorstep', 'phone_web', 'hotline', 'referral', 'origin_list', 'outreach', 'chamber', 'event')",
            name=op.f("ck_members_channel"),
        ),
        sa.CheckConstraint(
            "length(hometown) = 6 OR hometown IN ('other', 'unknown')",
            name=op.f("ck_members_hometown"),
        ),
        sa.CheckConstraint(
            "state IN ('visitor', 'registered', 'accepted', 'transferred_in', 'quiet', 'contact_1', 'unreached', 'referred_back', 'left', 'withdrawn')",
            name=op.f("ck_members_state"),
        ),
        sa.CheckConstraint("phone IS NULL OR length(phone) = 11", name=op.f("ck_members_phone")),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_members_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("number", name=op.f("uq_members_number")),
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_members_centre_id"), ["centre_id"], unique=False)
        batch_op.create_index(
            "ix_members_centre_id_registered_at", ["centre_id", "registered_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_members_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_members_phone"), ["phone"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_members_registered_at"), ["registered_at"], unique=False
        )

    op.create_table(
        "pairing_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('door', 'kiosk', 'wall')", name=op.f("ck_pairing_codes_kind")),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centres.id"], name=op.f("fk_pairing_codes_centre_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_pairing_codes_code_hash")),
    )
    with op.batch_alter_table("pairing_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pairing_codes_centre_id"), ["centre_id"], unique=False)

    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "role <> 'branch' OR organisation_id IS NOT NULL", name=op.f("ck_staff_branch_has_one")
        ),
        sa.CheckConstraint(
            "role <> 'desk' OR centre_id IS NOT NULL", name=op.f("ck_staff_desk_has_centre")
        ),
        sa.CheckConstraint(
            "role IN ('admin', 'district', 'desk', 'branch', 'liaison', 'auditor')",
            name=op.f("ck_staff_role"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_staff_centre_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_staff_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_centre_id"), ["centre_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_staff_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "affiliations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('relationship', 'participation', 'hometown', 'community', 'club')",
            name=op.f("ck_affiliations_kind"),
        ),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_affiliations_order")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_affiliations_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_affiliations_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliations")),
    )
    with op.batch_alter_table("affiliations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_affiliations_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_affiliations_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            "uq_affiliations_live",
            ["member_id", "organisation_id", "kind"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )
        batch_op.create_index(
            "uq_affiliations_relationship",
            ["member_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'relationship' AND until IS NULL"),
            postgresql_where=sa.text("kind = 'relationship' AND until IS NULL"),
        )

    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["staff.id"], name=op.f("fk_calls_answered_by_id")
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_calls_centre_id")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_calls_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_calls_answered_by_id"), ["answered_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_calls_centre_id"), ["centre_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_calls_device_id"), ["device_id"], unique=False)

    op.create_table(
        "cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(length=16), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("door_hash", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('issued', 'printed', 'handed_over', 'lost', 'replaced', 'stopped')",
            name=op.f("ck_cards_state"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_cards_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_cards_code_hash")),
        sa.UniqueConstraint("serial", name=op.f("uq_cards_serial")),
    )
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cards_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            "ix_cards_waiting",
            ["state"],
            unique=False,
            sqlite_where=sa.text("state IN ('issued', 'printed')"),
            postgresql_where=sa.text("state IN ('issued', 'printed')"),
        )
        batch_op.create_index(
            "uq_cards_live",
            ["member_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('issued', 'printed', 'handed_over')"),
            postgresql_where=sa.text("state IN ('issued', 'printed', 'handed_over')"),
        )

    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('registration', 'party', 'photo', 'sharing', 'call_out')",
            name=op.f("ck_consents_kind"),
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= given_at", name=op.f("ck_consents_order")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_consents_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consents_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            "uq_consents_live",
            ["member_id", "kind"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "doubts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("like_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('same_phone', 'same_name_and_hometown')", name=op.f("ck_doubts_reason")
        ),
        sa.CheckConstraint("member_id <> like_id", name=op.f("ck_doubts_two")),
        sa.ForeignKeyConstraint(["like_id"], ["members.id"], name=op.f("fk_doubts_like_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_doubts_member_id")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["staff.id"], name=op.f("fk_doubts_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doubts")),
        sa.UniqueConstraint("member_id", "like_id", name=op.f("uq_doubts_member_id_like_id")),
    )
    with op.batch_alter_table("doubts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_doubts_like_id"), ["like_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_doubts_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_doubts_settled_by_id"), ["settled_by_id"], unique=False
        )

    op.create_table(
        "event_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("opens_at", sa.DateTime(), nullable=False),
        sa.Column("closes_at", sa.DateTime(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "opens_at <= starts_at AND closes_at >= ends_at", name=op.f("ck_event_sessions_doors")
        ),
        sa.CheckConstraint("places IS NULL OR places > 0", name=op.f("ck_event_sessions_places")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_event_sessions_times")),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_event_sessions_taken")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_sessions_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_sessions")),
    )
    with op.batch_alter_table("event_sessions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_sessions_closes_at"), ["closes_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_event_sessions_event_id"), ["event_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_event_sessions_starts_at"), ["starts_at"], unique=False
        )

    op.create_table(
        "import_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('made', 'same', 'doubtful', 'refused')",
            name=op.f("ck_import_rows_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_import_rows_member_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["import_runs.id"], name=op.f("fk_import_rows_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rows")),
    )
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_rows_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_rows_run_id"), ["run_id"], unique=False)

    op.create_table(
        "member_keys",
        sa.Column(
            "key",
            sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_member_keys_member_id")
        ),
        sa.PrimaryKeyConstraint("key", "member_id", name=op.f("pk_member_keys")),
    )
    with op.batch_alter_table("member_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_keys_member_id"), ["member_id"], unique=False)

    op.create_table(
        "sightings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_sightings_centre_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_sightings_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sightings")),
    )
    with op.batch_alter_table("sightings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sightings_centre_id"), ["centre_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sightings_member_id"), ["member_id"], unique=False)

    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_sessions_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_sessions_token_hash")),
    )
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_sessions_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "ended_at IS NULL OR member_id IS NULL", name=op.f("ck_visits_forgotten")
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_visits_centre_id")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_visits_device_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_visits_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_visits_token_hash")),
    )
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visits_centre_id"), ["centre_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visits_device_id"), ["device_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visits_member_id"), ["member_id"], unique=False)

    op.create_table(
        "card_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "state IN ('issued', 'printed', 'handed_over', 'lost', 'replaced', 'stopped')",
            name=op.f("ck_card_moves_state"),
        ),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_card_moves_card_id")),
        sa.ForeignKeyConstraint(
            ["centre_id"], ["centres.id"], name=op.f("fk_card_moves_centre_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_moves")),
    )
    with op.batch_alter_table("card_moves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_moves_card_id"), ["card_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_card_moves_centre_id"), ["centre_id"], unique=False)

    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("consent_version", sa.String(length=20), nullable=False),
        sa.Column("consented_at", sa.DateTime(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=11), nullable=True),
        sa.Column("hometown", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_drafts_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_drafts_visit_id")),
    )
    op.create_table(
        "scans",
        sa.Column("scan_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("epoch", sa.String(length=16), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("card_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("direction", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("admitted", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_scans_direction")),
        sa.CheckConstraint("source IN ('door', 'kiosk', 'desk')", name=op.f("ck_scans_source")),
        sa.CheckConstraint(
            "verdict IN ('welcome', 'already', 'goodbye', 'choose', 'not_signed_up', 'wrong_session', 'waitlisted', 'full', 'too_early', 'closed', 'replaced', 'stopped', 'lost', 'member_left', 'stale_code', 'unknown')",
            name=op.f("ck_scans_verdict"),
        ),
        sa.CheckConstraint(
            "NOT admitted OR (member_id IS NOT NULL AND session_id IS NOT NULL)",
            name=op.f("ck_scans_admitted"),
        ),
        sa.CheckConstraint("at <= received_at", name=op.f("ck_scans_order")),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_scans_card_id")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_scans_device_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_scans_member_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["event_sessions.id"], name=op.f("fk_scans_session_id")
        ),
        sa.PrimaryKeyConstraint("scan_id", name=op.f("pk_scans")),
        sa.UniqueConstraint("device_id", "epoch", "seq", name=op.f("uq_scans_device_id_epoch_seq")),
    )
    with op.batch_alter_table("scans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scans_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_scans_card_id"), ["card_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_scans_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_scans_session_id"), ["session_id"], unique=False)

    op.create_table(
        "sign_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("guests", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('joined', 'waiting', 'cancelled')", name=op.f("ck_sign_ups_state")
        ),
        sa.CheckConstraint("guests >= 0", name=op.f("ck_sign_ups_guests")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_sign_ups_member_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["event_sessions.id"], name=op.f("fk_sign_ups_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ups")),
    )
    with op.batch_alter_table("sign_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ups_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_ups_session_id"), ["session_id"], unique=False)
        batch_op.create_index(
            "uq_sign_ups_live",
            ["session_id", "member_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        )

    op.create_table(
        "amendments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scan_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.scan_id"], name=op.f("fk_amendments_scan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
        sa.UniqueConstraint("scan_id", name=op.f("uq_amendments_scan_id")),
    )
    op.create_table(
        "attendances",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("scan_id", sa.String(length=36), nullable=False),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_attendances_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["scan_id"], ["scans.scan_id"], name=op.f("fk_attendances_scan_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["event_sessions.id"], name=op.f("fk_attendances_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "member_id", name=op.f("pk_attendances")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendances_member_id"), ["member_id"], unique=False)

    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("scan_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('id_reused', 'after_stop', 'unknown', 'over_capacity', 'not_signed_up', 'outside_times', 'clock_suspect', 'second_gate')",
            name=op.f("ck_reviews_kind"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_reviews_centre_id")),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.scan_id"], name=op.f("fk_reviews_scan_id")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["staff.id"], name=op.f("fk_reviews_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reviews_centre_id"), ["centre_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reviews_scan_id"), ["scan_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_reviews_settled_by_id"), ["settled_by_id"], unique=False
        )

    for table in FACTS:
        for act in ("UPDATE", "DELETE"):
            op.execute(guard(f"{table}_no_{act.lower()}", act, table))


def guard(name: str, act: str, table: str) -> str:
    """Neither database lets anyone change or remove a fact."""
    if op.get_bind().dialect.name == "sqlite":
        return (
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} are facts'); END"
        )
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} are facts' USING ERRCODE = '23000'; END $$;"
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def downgrade() -> None:
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reviews_settled_by_id"))
        batch_op.drop_index(batch_op.f("ix_reviews_scan_id"))
        batch_op.drop_index(batch_op.f("ix_reviews_centre_id"))

    op.drop_table("reviews")
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendances_member_id"))

    op.drop_table("attendances")
    op.drop_table("amendments")
    with op.batch_alter_table("sign_ups", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_sign_ups_live",
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        )
        batch_op.drop_index(batch_op.f("ix_sign_ups_session_id"))
        batch_op.drop_index(batch_op.f("ix_sign_ups_member_id"))

    op.drop_table("sign_ups")
    with op.batch_alter_table("scans", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scans_session_id"))
        batch_op.drop_index(batch_op.f("ix_scans_member_id"))
        batch_op.drop_index(batch_op.f("ix_scans_card_id"))
        batch_op.drop_index(batch_op.f("ix_scans_at"))

    op.drop_table("scans")
    op.drop_table("drafts")
    with op.batch_alter_table("card_moves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_card_moves_centre_id"))
        batch_op.drop_index(batch_op.f("ix_card_moves_card_id"))

    op.drop_table("card_moves")
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visits_member_id"))
        batch_op.drop_index(batch_op.f("ix_visits_device_id"))
        batch_op.drop_index(batch_op.f("ix_visits_centre_id"))

    op.drop_table("visits")
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_sessions_staff_id"))

    op.drop_table("staff_sessions")
    with op.batch_alter_table("sightings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sightings_member_id"))
        batch_op.drop_index(batch_op.f("ix_sightings_centre_id"))

    op.drop_table("sightings")
    with op.batch_alter_table("member_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_keys_member_id"))

    op.drop_table("member_keys")
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_rows_run_id"))
        batch_op.drop_index(batch_op.f("ix_import_rows_member_id"))

    op.drop_table("import_rows")
    with op.batch_alter_table("event_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_sessions_starts_at"))
        batch_op.drop_index(batch_op.f("ix_event_sessions_event_id"))
        batch_op.drop_index(batch_op.f("ix_event_sessions_closes_at"))

    op.drop_table("event_sessions")
    with op.batch_alter_table("doubts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_doubts_settled_by_id"))
        batch_op.drop_index(batch_op.f("ix_doubts_member_id"))
        batch_op.drop_index(batch_op.f("ix_doubts_like_id"))

    op.drop_table("doubts")
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_consents_live",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_consents_member_id"))

    op.drop_table("consents")
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_cards_live",
            sqlite_where=sa.text("state IN ('issued', 'printed', 'handed_over')"),
            postgresql_where=sa.text("state IN ('issued', 'printed', 'handed_over')"),
        )
        batch_op.drop_index(
            "ix_cards_waiting",
            sqlite_where=sa.text("state IN ('issued', 'printed')"),
            postgresql_where=sa.text("state IN ('issued', 'printed')"),
        )
        batch_op.drop_index(batch_op.f("ix_cards_member_id"))

    op.drop_table("cards")
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calls_device_id"))
        batch_op.drop_index(batch_op.f("ix_calls_centre_id"))
        batch_op.drop_index(batch_op.f("ix_calls_answered_by_id"))

    op.drop_table("calls")
    with op.batch_alter_table("affiliations", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_affiliations_relationship",
            sqlite_where=sa.text("kind = 'relationship' AND until IS NULL"),
            postgresql_where=sa.text("kind = 'relationship' AND until IS NULL"),
        )
        batch_op.drop_index(
            "uq_affiliations_live",
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_affiliations_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_affiliations_member_id"))

    op.drop_table("affiliations")
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_staff_centre_id"))

    op.drop_table("staff")
    with op.batch_alter_table("pairing_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pairing_codes_centre_id"))

    op.drop_table("pairing_codes")
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_members_registered_at"))
        batch_op.drop_index(batch_op.f("ix_members_phone"))
        batch_op.drop_index(batch_op.f("ix_members_name"))
        batch_op.drop_index("ix_members_centre_id_registered_at")
        batch_op.drop_index(batch_op.f("ix_members_centre_id"))

    op.drop_table("members")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_events_centre_id"))

    op.drop_table("events")
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_devices_centre_id"))

    op.drop_table("devices")
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisations_street_id"))
        batch_op.drop_index(batch_op.f("ix_organisations_secretary_id"))
        batch_op.drop_index(batch_op.f("ix_organisations_adviser_id"))

    op.drop_table("organisations")
    with op.batch_alter_table("centres", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_centres_street_id"))

    op.drop_table("centres")
    op.drop_table("streets")
    op.drop_table("settings")
    op.drop_table("posts")
    with op.batch_alter_table("login_attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_attempts_login_hash_at"))
        batch_op.drop_index(batch_op.f("ix_login_attempts_address_hash_at"))

    op.drop_table("login_attempts")
    op.drop_table("import_runs")
    op.drop_table("counters")
    op.drop_table("audit_entries")
    if op.get_bind().dialect.name == "postgresql":
        for table in FACTS:
            op.execute(f"DROP FUNCTION {table}_no_update")
            op.execute(f"DROP FUNCTION {table}_no_delete")
