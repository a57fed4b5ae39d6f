"""What each role may do at the desk. What is not named here, nobody may."""

from kiosk.models import Role

EVERYBODY = frozenset(Role)
READERS = frozenset({Role.ADMIN, Role.DISTRICT, Role.DESK, Role.BRANCH})  # see members
CLERKS = frozenset({Role.ADMIN, Role.DESK})  # serve people
KEEPERS = frozenset({Role.ADMIN, Role.DISTRICT, Role.DESK})  # take lists out of the house
WATCHERS = frozenset({Role.ADMIN, Role.AUDITOR})  # read who did what

# A feature, or one of its acts where the rule is stricter; named like the desk's routes.
MAY = {
    "audit": WATCHERS,
    "staff": EVERYBODY,
    "reports": EVERYBODY,
    "calls": CLERKS,
    "members": READERS,
    "members.new": CLERKS,
    "members.begin": CLERKS,
    "members.create": CLERKS,
    "members.edit": CLERKS,
    "members.update": CLERKS,
    "members.settle": CLERKS,
    "members.check_in": CLERKS,
    "members.sign_up": CLERKS,
    "cards": CLERKS,
    "events": EVERYBODY,
    "events.new": CLERKS,
    "events.create": CLERKS,
    "events.withdraw": CLERKS,
    "events.export": KEEPERS,
    "centres": CLERKS,
}


def may(role: str, act: str) -> bool:
    """`act` is "word.verb" ("cards.create"); the feature's own rule where the act has none."""
    word, _, _ = act.partition(".")
    return role in MAY.get(act, MAY.get(word, frozenset()))
