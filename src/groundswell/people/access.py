"""The only way to people and to segments of them in the back office."""

from uuid import UUID

from django.db.models import F, QuerySet

from groundswell.groups.access import CONTACT, ORGANISER, SEND, Actor
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.models import Group, Organisation
from groundswell.groups.queries import root_group
from groundswell.groups.roles import May, Role
from groundswell.people.models import Belonging, Complaint, Import, Person, Segment


def require_everybody(actor: Actor, organisation: Organisation, what: Role | May) -> None:
    """Refuse whoever may not do this with all of an organisation's people (1 query).

    :raises NotFound: if its root group is none of the actor's.
    :raises NotAllowed: if their role is too low.
    """
    actor.require(what, root_group(organisation.id).id)


def segment_for(actor: Actor, segment_id: UUID, what: Role | May = SEND) -> Segment:
    """The saved segment, for an actor who may this in its organisation's root group (2 queries).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    segment = Segment.objects.select_related("organisation").filter(id=segment_id).first()
    if segment is None:
        raise NotFound
    require_everybody(actor, segment.organisation, what)
    return segment


def people_seen_by(actor: Actor, organisation_id: UUID) -> QuerySet[Person]:
    """The people whom an actor sees with their addresses, the newest first; lazy (2 queries before it is read).

    At the root that is everybody; in a group those who belong to it.

    :raises NotAllowed: where they see nobody's address.
    """
    # By the narrow rows, which are in this order for each organisation.
    own = Person.objects.filter(reach__organisation_id=organisation_id).order_by("-reach__person_id")
    if actor.contact_data and actor.may(CONTACT, root_group(organisation_id).id):
        return own
    groups = actor.groups(CONTACT)
    if not groups or not actor.contact_data:
        raise NotAllowed
    belonging = Belonging.objects.filter(organisation_id=organisation_id, group_id__in=groups)
    return own.filter(id__in=belonging.values("person_id"))


def person_for(actor: Actor, person_id: UUID) -> Person:
    """Somebody with their address, or whoever stands for them, for an actor who sees them (3 queries at most).

    :raises NotFound: if there is nobody, or nobody whom they see.
    """
    related = ("organisation", "merged_into__organisation")
    person = Person.objects.select_related(*related).filter(id=person_id).first()
    if person is None:
        raise NotFound
    person = person.merged_into or person
    try:
        seen = people_seen_by(actor, person.organisation_id)
    except NotAllowed:
        raise NotFound from None
    if not seen.filter(id=person.id).exists():
        raise NotFound
    return person


def require_import(actor: Actor, organisation: Organisation, group: Group | None = None) -> None:
    """Refuse whoever may not bring people into a group, or into the whole organisation (1 query, or none).

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: unless they organise there and may see contact data.
    """
    if group and group.organisation_id != organisation.id:
        raise NotFound
    where = group.id if group else root_group(organisation.id).id
    actor.require(ORGANISER, where)
    actor.require(CONTACT, where)
    if not actor.contact_data:
        raise NotAllowed


def imports_seen_by(actor: Actor, organisation_id: UUID) -> QuerySet[Import]:
    """The imports into an organisation, or into groups that the actor organises, the newest first; lazy (1 query).

    :raises NotAllowed: where they may bring nobody.
    """
    own = Import.objects.filter(organisation_id=organisation_id).select_related("group").order_by("-id")
    groups = actor.groups(ORGANISER)
    if not groups or not actor.contact_data:
        raise NotAllowed
    at_root = Group.objects.filter(organisation_id=organisation_id, parent=None, id__in=groups)
    return own if at_root.exists() else own.filter(group_id__in=groups)


def import_for(actor: Actor, import_id: UUID) -> Import:
    """The import, for an actor who may bring people to where it brings them (2 queries).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    found = Import.objects.select_related("organisation", "group", "wording").filter(id=import_id).first()
    if found is None:
        raise NotFound
    require_import(actor, found.organisation, found.group)
    return found


def complaints_seen_by(actor: Actor, organisation: Organisation) -> QuerySet[Complaint]:
    """The complaints to an organisation, those that nobody answered first and of them the oldest; lazy (1 query).

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: unless they see all of its people with their addresses.
    """
    require_everybody(actor, organisation, CONTACT)
    own = Complaint.objects.filter(organisation=organisation)
    return own.order_by(F("answered_at").desc(nulls_first=True), "received_at")


def complaint_for(actor: Actor, complaint_id: UUID) -> Complaint:
    """The complaint, for an actor who sees everybody's address in its organisation (2 queries).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    found = Complaint.objects.select_related("organisation", "person").filter(id=complaint_id).first()
    if found is None:
        raise NotFound
    require_everybody(actor, found.organisation, CONTACT)
    return found
