"""Whom a row of a roster may mean: a member, or somebody further up in the same file."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select

from kiosk.domain import members
from kiosk.domain.members import Person
from kiosk.domain.regions import UNKNOWN
from kiosk.domain.rosters import RosterRow
from kiosk.extensions import db
from kiosk.models import (
    Affiliation,
    AffiliationKind,
    DoubtReason,
    ImportRow,
    ImportRun,
    Member,
)

MOST = 10  # doubts about one person


@dataclass(slots=True)
class Someone:
    """A member, or somebody who becomes one: then the id comes later.

    `branches` are those they are in or were in. None: they have left, and join no other one.
    """

    person: Person
    member_id: int | None = None
    branches: set[int] | None = field(default_factory=set)


class Known:
    """Who is a member already, or stands further up in the file."""

    def __init__(self, file_hash: str, run: int | None) -> None:
        self._file_hash, self._run = file_hash, run
        self._by_line: dict[int, int] = {}
        self._branches: dict[int, set[int] | None] = {}
        self._by_list: dict[tuple[str, str, int | None], list[int]] = {}
        self._taken: set[int] = set()
        self._by_name: defaultdict[str, list[Someone]] = defaultdict(list)
        self._by_phone: defaultdict[str, list[Someone]] = defaultdict(list)

    def look_up(self, batch: Sequence[tuple[RosterRow, object]]) -> None:
        """Fetch the members whom these rows may mean."""
        people = [found for _, found in batch if isinstance(found, Person)]
        self._look_up_lines(batch[0][0].number, batch[-1][0].number)
        self._look_up_lists({person.name for person in people if not person.phone})
        same_name = Member.name.in_({person.name for person in people})
        same_phone = Member.phone.in_({person.phone for person in people if person.phone})
        columns = select(Member.id, Member.name, Member.phone, Member.hometown)
        found = columns.where(or_(same_name, same_phone)).order_by(Member.id)
        rows = db.session.execute(found).all()
        self._look_up_branches({*self._by_line.values(), *(id_ for id_, *_ in rows)})
        for id_, name, phone, hometown in rows:
            if name and all(other.member_id != id_ for other in self._by_name[name]):
                self.add(self._member(id_, Person("", name, phone, hometown)))

    def add(self, someone: Someone) -> None:
        self._by_name[someone.person.name].append(someone)
        if someone.person.phone:
            self._by_phone[someone.person.phone].append(someone)

    def twin(self, row: RosterRow, person: Person) -> Someone | None:
        """The same row of the same file, or the same name and phone."""
        if row.number in self._by_line:
            self._taken.add(self._by_line[row.number])
            return self._member(self._by_line[row.number], person)
        phones = self._by_phone[person.phone] if person.phone else []
        return next((other for other in phones if other.person.name == person.name), None)

    def listed(self, person: Person, branch_id: int | None) -> Someone | None:
        """Without a phone: one person of that name, hometown and branch from an earlier list.

        So a list that was corrected can be brought in again. Two alike on it stay two.
        """
        listed = self._by_list.get((person.name, person.hometown, branch_id), [])
        free = [id_ for id_ in listed if id_ not in self._taken]
        if person.phone or not free or (person.hometown == UNKNOWN and branch_id is None):
            return None
        self._taken.add(free[0])
        return self._member(free[0], person)

    def like(self, person: Person) -> list[tuple[Someone, DoubtReason]]:
        others = self._by_phone[person.phone or ""] + self._by_name[person.name]
        once = {id(other): other for other in others}.values()
        pairs = [(other, members.likeness(person, other.person)) for other in once]
        return [(other, why) for other, why in pairs if why][:MOST]

    def _member(self, id_: int, person: Person) -> Someone:
        return Someone(person, id_, self._branches[id_])

    def _look_up_branches(self, ids: set[int]) -> None:
        """Of members who were not met before; what they join from now on is noted in the set."""
        new = ids - self._branches.keys()
        known = select(Member.id, Member.name, Member.state).where(Member.id.in_(new))
        for id_, name, state in db.session.execute(known):
            self._branches[id_] = None if name is None or state in members.GONE else set()
        rows = select(Affiliation.member_id, Affiliation.organisation_id)
        for id_, branch in db.session.execute(rows.where(Affiliation.member_id.in_(new))):
            if (branches := self._branches[id_]) is not None:
                branches.add(branch)

    def _look_up_lines(self, first: int, last: int) -> None:
        rows = select(ImportRow.line, ImportRow.member_id)
        rows = rows.join(ImportRun, ImportRun.id == ImportRow.run_id)
        rows = rows.where(ImportRun.file_hash == self._file_hash, ImportRow.run_id != self._run)
        rows = rows.where(ImportRow.line.between(first, last), ImportRow.member_id.is_not(None))
        self._by_line = {line: id_ for line, id_ in db.session.execute(rows) if id_}

    def _look_up_lists(self, names: set[str]) -> None:
        joined = (
            (Affiliation.member_id == Member.id)
            & (Affiliation.kind == AffiliationKind.PARTICIPATION)
            & Affiliation.until.is_(None)
        )
        earlier = select(ImportRow.id).where(
            ImportRow.member_id == Member.id, ImportRow.run_id != self._run
        )
        rows = select(Member.id, Member.name, Member.hometown, Affiliation.organisation_id)
        rows = rows.outerjoin(Affiliation, joined).order_by(Member.id)
        rows = rows.where(Member.name.in_(names), Member.phone.is_(None), earlier.exists())
        self._by_list = {}
        for id_, name, hometown, branch_id in db.session.execute(rows):
            self._by_list.setdefault((name or "", hometown, branch_id), []).append(id_)
