"""What a relationship on the contact list counts as."""

from flows.reading.values import Relationship

COUNTS_AS = {
    "mother": Relationship.MOTHER,
    "father": Relationship.FATHER,
    "guardian": Relationship.GUARDIAN,
    "foster mother": Relationship.GUARDIAN,
    "foster father": Relationship.GUARDIAN,
    "foster parent": Relationship.GUARDIAN,
    "grandmother": Relationship.GRANDPARENT,
    "grandfather": Relationship.GRANDPARENT,
    "grandparent": Relationship.GRANDPARENT,
    "stepmother": Relationship.STEPPARENT,
    "stepfather": Relationship.STEPPARENT,
    "stepparent": Relationship.STEPPARENT,
    "aunt": Relationship.AUNT_UNCLE,
    "uncle": Relationship.AUNT_UNCLE,
    "brother": Relationship.SIBLING,
    "sister": Relationship.SIBLING,
    "sibling": Relationship.SIBLING,
    "sibling 18+": Relationship.SIBLING,
    "self": Relationship.SELF,
    "other": Relationship.OTHER,
}


def counts_as(on_file: str) -> Relationship:
    """The relationship for a word of the contact list; OTHER for a cousin or a neighbor."""
    return COUNTS_AS.get(on_file.casefold(), Relationship.OTHER)
