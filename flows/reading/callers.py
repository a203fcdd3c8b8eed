"""What a message says of its caller: a name, a relationship, in any order.

"This is Mrs. Lopez", "I'm his aunt Rosa", "her grandfather here", "it's Bella's dad", "Michael, his
dad". A relative who is only talked about ("her grandmother died") is no caller; a claim needs the
words around it. Whose name it is on the contact list is for contacts.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flows.reading.language import Marked
from flows.reading.name_words import NameSpan, NameWords
from flows.reading.names import PARTICLES, given_names
from flows.reading.phrases import Mark
from flows.reading.values import Relationship, Slot

# What a relative of the student counts as, when that relative calls.
CLAIMS = {
    "mother": Relationship.MOTHER,
    "father": Relationship.FATHER,
    "guardian": Relationship.GUARDIAN,
    "stepparent": Relationship.STEPPARENT,
    "grandparent": Relationship.GRANDPARENT,
    "aunt_uncle": Relationship.AUNT_UNCLE,
    "sibling": Relationship.SIBLING,
    "cousin": Relationship.OTHER,
    "godparent": Relationship.OTHER,
    "friend": Relationship.OTHER,
    "neighbor": Relationship.OTHER,
    "teacher": Relationship.OTHER,
    "other": Relationship.OTHER,
    "in_law": Relationship.OTHER,
    "parent_in_law": Relationship.OTHER,
}
OCCASIONS = {"event", "death", "birth", "other_unexcused", "religious_holiday"}
PARENT = "parent"  # of whom it is not said whether mother or father
AROUND_NAMES = ("intro", "here", "of", "signoff", "mr", "mrs", "title", "polite")
DASHES = set("-–—~/")
FEW = 3  # tokens
MOST_SIGNED = 5  # tokens at the end of a message that may be a signature after a comma


@dataclass(slots=True)
class CallerSaid:
    """What was said of the caller. `kin` are the tokens of relatives who are the caller."""

    name: NameSpan | None = None
    relationship: Relationship | None = None
    relationship_span: tuple[int, int] | None = None
    parent: bool = False  # "I'm his parent", "my son": mother or father is not said
    mister: bool = False
    missus: bool = False
    possessors: list[NameSpan] = field(default_factory=list)  # Bella, in "Bella's dad"
    kin: set[int] = field(default_factory=set)

    def without_kin(self, students: frozenset[int]) -> "CallerSaid":
        """The same, if the relative said is not a student after all: "it's her brother"."""
        span = self.relationship_span
        if span is None or students.isdisjoint(range(*span)):
            return self
        kin = self.kin - students
        return replace(self, relationship=None, relationship_span=None, kin=kin)


class CallerReader:
    """Finds the claims in one message. `named`: where students' names begin and end."""

    def __init__(
        self,
        marked: Marked,
        names: NameWords,
        named: Mapping[int, int],
        asked: Slot | None = None,
    ) -> None:
        self._asked = asked
        self._marked = marked
        self._names = names
        self._named = named
        self._said = CallerSaid()
        self._people: dict[str, list[Mark]] = {}
        for mark in marked.table("people"):
            self._people.setdefault(mark.meaning, []).append(mark)

    def read(self) -> CallerSaid:
        """Everything the message says of its caller."""
        if self._asked is not Slot.STUDENT:  # then "it's Maria" is the student
            for mark in self._people.get("intro", ()):
                if self._may_name_student(mark) or self._is_of_another(mark.start - 1):
                    continue
                self._after_intro(mark.end, name_only=self._is(mark.start, "name_is") is not None)
        for index, _ in self._marked.class_words_of("kin"):
            self._around_kin(index)
        self._name_here()
        self._signature()
        self._of_child()
        self._bare_answer()
        return self._said

    def _name_here(self) -> None:
        """A name at the start of a sentence, before "here": "Brenda Sykes here"."""
        for mark in self._people.get("here", ()):
            for start in range(max(0, mark.start - FEW), mark.start):
                run = self._run(self._title(start))
                begins = self._marked.utterance.starts_sentence(start) or self._greeted(start)
                if run and run.end == mark.start and begins and self._said.name is None:
                    self._said.name = run

    def _greeted(self, index: int) -> bool:
        """Whether nothing but ordinary words stand before: "hi Brenda Sykes here"."""
        return all(self._names.is_ordinary(before) for before in range(index))

    def _bare_answer(self) -> None:
        """The caller was asked: a name or a relative alone is the answer."""
        if self._asked not in (Slot.CALLER_NAME, Slot.RELATIONSHIP):
            return
        for index, _ in self._marked.class_words_of("kin"):
            claim = self._kin(index)
            if claim and self._said.relationship is None:
                self._claim(claim, index)
        if self._asked is Slot.CALLER_NAME and self._said.name is None:
            self._said.name = self._only_name()

    def _only_name(self) -> NameSpan | None:
        """The name in a message that is nothing else: "yes, Maria Lopez, I'm the mother"."""
        around = {
            i for meaning in AROUND_NAMES for m in self._people.get(meaning, ())
            for i in range(m.start, m.end)
        } | self._said.kin  # fmt: skip
        for name in ("my", "their", "kin"):
            around.update(i for i, _ in self._marked.class_words_of(name))
        start = next((i for i in range(len(self._marked)) if i not in around), None)
        run = self._run(start) if start is not None else None
        if run is None or self._names.is_babble(run):
            return None
        return run if around.issuperset(range(run.end, len(self._marked))) else None

    def _may_name_student(self, intro: Mark) -> bool:
        """For "It's Brendan who is sick", which is no way to give one's own name."""
        weak = any(m.start == intro.start for m in self._people.get("intro_weak", ()))
        if not weak or intro.end not in self._named:
            return False
        named = NameSpan(intro.end, self._named[intro.end])
        return not self._possessed_kin(named) and not self._marked.has("cue", "first_person")

    def _is_of_another(self, index: int) -> bool:
        """Whether this stands before "name is": "his", or the s of "my son's"."""
        if index < 0:
            return False
        owned = self._marked.keys[index] == "'s"
        return owned or self._marked.class_at(index, "their") is not None

    def _is(self, index: int, meaning: str) -> Mark | None:
        return next((m for m in self._people.get(meaning, ()) if m.start == index), None)

    def _title(self, index: int) -> int:
        """The token after Mr, Mrs or another title that may stand here."""
        mister, missus = self._is(index, "mr"), self._is(index, "mrs")
        mark = mister or missus or self._is(index, "title")
        if mark is None or mark.end >= len(self._marked):
            return index
        if self._names.run(mark.end, known=True) is None:
            return index
        self._said.mister |= mister is not None
        self._said.missus |= missus is not None
        return mark.end

    def _after_intro(self, index: int, *, name_only: bool) -> None:
        start = self._title(index)
        index = self._determiner(index)
        claim = self._kin(index)
        if claim and not name_only:
            self._claim(claim, index)
            return
        start = max(start, self._title(index))
        run = self._run(start)
        if run is None:
            return
        kin = self._possessed_kin(run)
        if kin and not name_only:
            owner = self._owner(run)
            if owner.start > run.start and self._said.name is None:
                self._said.name = NameSpan(run.start, owner.start)
            self._said.possessors.append(owner)
            self._claim(kin, kin.start)
        elif self._said.name is None:
            self._said.name = run
            self._kin_after_name(run.end)

    def _kin_after_name(self, index: int) -> None:
        """For "Michael, his dad"; "Rosa Diaz, Bella's mother"; "Ana, mamá de Luis"."""
        index = self._determiner(index)
        claim = self._kin(index)
        if claim is None:
            run = self._run(index)
            claim = self._possessed_kin(run) if run else None
            if claim and run:
                self._said.possessors.append(run)
        if claim and (self._closes(claim.end, of=True) or self._turns_to_student(claim.end)):
            self._claim(claim, claim.start)

    def _turns_to_student(self, index: int) -> bool:
        """Whether, without a pause, the student is spoken of next: "Diego's mother he is sick"."""
        turns = index in self._named or self._marked.class_at(index, "student_pronoun")
        marks = (*self._marked.table("reason"), *self._marked.table("harm"))
        near = range(index, index + FEW + 1)
        return bool(turns) and not any(m.start in near and m.meaning in OCCASIONS for m in marks)

    def _around_kin(self, index: int) -> None:
        """A relative without "this is": before "here", after a name, alone at either end."""
        claim = self._kin(index)
        if claim is None or index in self._said.kin:
            return
        start = self._possessor_start(index)
        name = self._run(claim.end)
        end = name.end if name else claim.end
        here = self._is(end, "here") or self._is(claim.end, "here")
        whole_start = start == 0 or self._marked.utterance.starts_sentence(start)
        alone = whole_start and self._closes(end, of=False) and self._pause_or_end(end)
        alone = alone and not self._of_caller(start)
        named = self._name_before(start)
        if (
            here
            or (alone and (start < index or named is None))
            or (named and (self._pause_or_end(end) or self._opens(named, start, end)))
        ):
            self._note_possessor(start, index)
            own = named and (start < index or named.start not in self._named)
            if own and self._said.name is None:
                self._said.name = named
            self._claim(claim, index)

    def _opens(self, name: NameSpan, start: int, end: int) -> bool:
        """For "Carla Diaz, Ana Ruiz's neighbor, she is ill", where nobody pauses."""
        apart = start < end and self._marked.utterance.starts_sentence(name.start)
        owned = name.end == start and self._marked.class_at(end - 1, "kin") is not None
        return apart and owned and self._turns_to_student(end)

    def _of_caller(self, start: int) -> bool:
        """For "my mother in law": the caller's own relative is not the caller, unless asked who."""
        asked = self._asked in (Slot.CALLER_NAME, Slot.RELATIONSHIP)
        return not asked and self._marked.class_at(start, "my") is not None

    def _name_before(self, index: int) -> NameSpan | None:
        """A name right before "his dad": the caller's own."""
        for start in range(max(0, index - 3), index):
            run = self._run(start)
            if run and run.end == index:
                return run
        return None

    def _possessor_start(self, index: int) -> int:
        """Where "Bella's" or "his" before a relative begins."""
        keys = self._marked.keys
        if index and self._marked.class_at(index - 1, "their"):
            return index - 1
        if index and self._marked.class_at(index - 1, "my"):
            return index - 1
        if index > 1 and keys[index - 1] == "'s":
            for start in range(max(0, index - 4), index - 1):
                run = self._names.run(start, known=True)
                if run and run.end == index - 1:
                    return start
        bare = index and not self._marked.utterance.pause_before(index)
        return index - 1 if bare and self._is_owner(index - 1) else index

    def _note_possessor(self, start: int, index: int) -> None:
        end = index - (self._marked.keys[index - 1] == "'s")
        if index - start > 1 or self._is_owner(start):
            self._said.possessors.append(NameSpan(start, end))

    def _claim(self, kin: Mark, start: int) -> None:
        """Take a relative for the caller, with the name and the student said right after."""
        self._said.kin.update(range(start, kin.end))
        value = str(kin.value("kin") or kin.meaning)
        self._said.parent |= value == PARENT
        if self._said.relationship is None and value in CLAIMS:
            self._said.relationship = CLAIMS[value]
            self._said.relationship_span = (start, kin.end)
        of = self._is(kin.end, "of")
        run = self._run(self._title(of.end if of else kin.end), stop=of is None)
        owners = {self._marked.keys[span.start] for span in self._said.possessors}
        inflected = bool(self._marked.language.name_endings)  # "mama Kingi" is Kinga's mother
        owned = run and inflected and run.start in self._named
        if run and (of or owned or self._marked.keys[run.start] in owners):
            self._said.possessors.append(run)
        elif run and self._said.name is None and run.start not in self._named:
            self._said.name = run

    def _signature(self) -> None:
        """A name alone at the end, after a pause or after "thanks"."""
        last = len(self._marked)
        if self._said.name or not last:
            return
        signoffs = {m.end for m in self._people.get("signoff", ())}
        for start in range(max(1, last - MOST_SIGNED), last):
            gap = self._marked.utterance.tokens[start].gap
            after_pause = self._marked.utterance.starts_sentence(start) or DASHES & set(gap)
            run = self._with_particles(self._run(self._title(start)))
            if run and run.end == last and (after_pause or start in signoffs):
                self._said.name = run
                return

    def _with_particles(self, run: NameSpan | None) -> NameSpan | None:
        """A name that goes on after "de la": Susana De León, Rosa de la Torre."""
        if run is None:
            return None
        end = run.end
        while end < len(self._marked) and self._marked.keys[end] in PARTICLES:
            end += 1
        rest = self._names.run(end, known=True) if end > run.end else None
        return NameSpan(run.start, rest.end) if rest else run

    def _of_child(self) -> None:
        """For "My grandson" says who the caller is, unless a claim said it before."""
        for index in range(len(self._marked) - 1):
            child = self._marked.class_at(index + 1, "child")
            if not child or not self._marked.class_at(index, "my"):
                continue
            if child.value != PARENT and not self._is_student(child.end):
                continue
            if child.value == PARENT:
                self._said.parent = True
            elif self._said.relationship is None:
                self._said.relationship = Relationship(str(child.value))
                self._said.relationship_span = (index, child.end)
                self._said.kin.update(range(index + 1, child.end))

    def _is_student(self, index: int) -> bool:
        """Whether the relative before this token is the student and not "my niece's wedding"."""
        if self._marked.keys[index : index + 1] != ("'s",):
            return True
        others = (*self._marked.table("reason"), *self._marked.table("cue"))
        return not any(m.start == index + 1 and m.meaning in OCCASIONS for m in others)

    def _run(self, start: int, *, stop: bool = True) -> NameSpan | None:
        """A caller's name from this token, ending before a student's; or a student's own."""
        run = self._names.run(start, known=True) if start < len(self._marked) else None
        if run is None and start in self._named:
            return NameSpan(start, self._named[start])
        if run is None or not stop:
            return run
        ends = [index for index in range(run.start + 1, run.end) if index in self._named]
        return NameSpan(run.start, min([run.end, *ends]))

    def _kin(self, index: int) -> Mark | None:
        word = self._marked.class_at(index, "kin")
        if word is None or (word.value not in CLAIMS and word.value != PARENT):
            return None
        return Mark("kin", str(word.value), index, word.end)

    def _possessed_kin(self, run: NameSpan) -> Mark | None:
        """The relative in "Bella's dad", after the run "Bella"; after "Darius" without an s."""
        keys = self._marked.keys
        if keys[run.end : run.end + 1] == ("'s",):
            return self._kin(run.end + 1)
        bare = keys[run.end - 1].endswith("s") and not self._pause_or_end(run.end)
        return self._kin(run.end) if bare else None

    def _owner(self, run: NameSpan) -> NameSpan:
        """The student in "Rosa Diaz Bellas mother", where nobody paused and nobody wrote "'s"."""
        last = run.end - 1
        students = {self._marked.keys[start] for start in self._named}
        known = self._marked.keys[last][:-1] in students or run.end - run.start >= FEW
        apart = self._is_owner(last) and known and run.start not in self._named
        return NameSpan(last if apart else self._second_name(run), run.end)

    def _second_name(self, run: NameSpan) -> int:
        """Where a second full name begins, in "Ben Carter Olivia Carter's dad"; or the first."""
        starts = (i for i in range(run.start + 2, run.end) if self._marked.keys[i] in given_names())
        return next(starts, run.start)

    def _is_owner(self, index: int) -> bool:
        """Whether the token is a given name with a bare s, as in "Bellas mother"."""
        key, after = self._marked.keys[index], self._marked.keys[index + 1 : index + 2]
        return (
            key not in given_names()
            and key[:-1] in given_names()
            and (key.endswith("s") and after != ("'s",))
        )

    def _determiner(self, index: int) -> int:
        for name in ("their", "my"):
            word = self._marked.class_at(index, name)
            if word:
                return word.end
        return index

    def _closes(self, index: int, *, of: bool) -> bool:
        """Whether nothing that goes on about this relative follows."""
        if self._pause_or_end(index) or self._is(index, "here") or self._is(index, "intro"):
            return True
        return of and self._is(index, "of") is not None

    def _pause_or_end(self, index: int) -> bool:
        return index >= len(self._marked) or self._marked.utterance.pause_before(index)
