"""Whom a row of a roster may mean: a member, or somebody further up in the same file."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from kiosk.domain import members
from kiosk.domain.members import Person
from kiosk.domain.rosters import RosterRow
from kiosk.extensions import db
from kiosk.models import DoubtReason, ImportRow, ImportRun, Member

MOST = 10  # doubts about one person


@dataclass(slots=True)
class Someone:
    """A member, or somebody who becomes one: then the id comes later."""

    person: Person
    member_id: int | None = None


class Known:
    """Who is a member already, or stands further up in the file."""

    def __init__(self, file_hash: str) -> None:
        self._file_hash = file_hash
        self._by_line: dict[int, int] = {}
        self._by_name: defaultdict[str, list[Someone]] = defaultdict(list)
        self._by_phone: defaultdict[str, list[Someone]] = defaultdict(list)

    def look_up(self, batch: Sequence[tuple[RosterRow, object]]) -> None:
        """Fetch the members whom these rows may mean."""
        lines = ImportRow.line.between(batch[0][0].number, batch[-1][0].number)
        earlier = select(ImportRow.line, ImportRow.member_id).join(
            ImportRun, ImportRun.id == ImportRow.run_id
        )
        earlier = earlier.where(ImportRun.file_hash == self._file_hash, lines)
        self._by_line = {line: id_ for line, id_ in db.session.execute(earlier) if id_}
        people = [found for _, found in batch if isinstance(found, Person)]
        same_name = Member.name.in_({person.name for person in people})
        same_phone = Member.phone.in_({person.phone for person in people if person.phone})
        columns = select(Member.id, Member.name, Member.phone, Member.hometown)
        found = columns.where(or_(same_name, same_phone)).order_by(Member.id)
        for id_, name, phone, hometown in db.session.execute(found):
            if name and all(other.member_id != id_ for other in self._by_name[name]):
                self.add(Someone(Person("", name, phone, hometown), id_))

    def add(self, someone: Someone) -> None:
        self._by_name[someone.person.name].append(someone)
        if someone.person.phone:
            self._by_phone[someone.person.phone].append(someone)

    def twin(self, row: RosterRow, person: Person) -> Someone | None:
        """The same row of the same file, or the same name and phone."""
        if row.number in self._by_line:
            return Someone(person, self._by_line[row.number])
        phones = (other for other in self._by_phone[person.phone or ""])
        return next((other for other in phones if other.person.name == person.name), None)

    def like(self, person: Person) -> list[tuple[Someone, DoubtReason]]:
        others = self._by_phone[person.phone or ""] + self._by_name[person.name]
        once = {id(other): other for other in others}.values()
        pairs = [(other, members.likeness(person, other.person)) for other in once]
        return [(other, why) for other, why in pairs if why][:MOST]
