"""People in the records of an organisation, what is known and said about them, and what is written to them."""


def in_the_records(made_up, event, text: str) -> dict[str, str]:
    """Somebody who is sorted, two who are one, one who may be, a segment, a file, and complaints."""
    from groundswell.people.complaints import answer_complaint
    from groundswell.people.merging import merge
    from groundswell.people.models import Person
    from groundswell.people.operations import Typed, recognise
    from groundswell.people.saved import save_segment
    from groundswell.people.segments import parse
    from groundswell.people.sorting import put_into_group, tag_people

    ours = event.organisation
    near = parse({"steps": [{"is": "near", "postcode": "M1 1AE", "distance": 40}]})
    segment = save_segment(made_up.SYSTEM, organisation=ours, name="Near us", segmentation=near)
    [person] = Person.objects.filter(organisation=ours).order_by("name", "id")[:1]
    tag_people(made_up.SYSTEM, organisation=ours, people=[person.id], name="Stall")
    put_into_group(made_up.SYSTEM, group=event.group, people=[person.id])
    typed = [Typed(name="Twice Over", email=f"{name}@example.org") for name in ("t.wice", "twice", "third")]
    known = recognise(ours.id, typed)
    twice = [Person.objects.get(id=known[one.email]) for one in typed]
    merged = merge(made_up.SYSTEM, kept=twice[0], away=twice[2])
    answered = answer_complaint(made_up.SYSTEM, complaint=made_up.complaint(ours), text="We have stopped it.")
    made = {
        "person_id": person.id,
        "twice_id": twice[1].id,
        "merged_id": merged.kept_id,
        "segment_id": segment.id,
        "complaint_id": made_up.complaint(ours, person, text=text).id,
        "complaint_answered_id": answered.id,
        "import_id": made_up.brought(ours, "new@example.org", "nobody").id,
    }
    return {name: str(one) for name, one in made.items()}


def written_to(made_up, event) -> dict[str, str]:
    """A mailing that is a draft, and one on its way; and the links in somebody's copy."""
    from datetime import timedelta

    from groundswell.kit.clock import now
    from groundswell.mailings.links import COME, invitations
    from groundswell.mailings.models import DomainTally, Mailing, Result
    from groundswell.people.asking import ask_by
    from groundswell.people.links import MUTE, PREFERENCES, STOP, address, tokens
    from tests.mailings.archived import letter as archived_letter

    ask_by(made_up.SYSTEM, organisation=event.organisation, ways=["sms", "post"])
    ruth, sam = made_up.subscriber(event.organisation, "Ruth"), made_up.person(event.organisation, "Sam")
    draft, sent = made_up.mailing(event.group, []), made_up.mailing(event.group, [sam, ruth])
    Mailing.objects.filter(id=sent.id).update(state="paused", copies=3, next=4, frozen_at=now(), note="unwanted")
    own = {"organisation_id": sent.organisation_id, "mailing_id": sent.id}
    Result.objects.create(**own, number=3, state=Result.State.DOUBT)
    made_up.kept_copy(sent, sam.email)
    DomainTally.objects.create(**own, domain="big.example.org", copies=1200, sent=1180, hard=12, complaint=4)
    links = {
        f"mail_{one}": address(one) + tokens(one, event.organisation_id)(ruth.id)
        for one in (STOP, MUTE, PREFERENCES)
    }
    for one in ("complain", "correct", "object"):
        links[f"mail_{one}"] = links["mail_me"].replace("/me/", f"/me/{one}/")
    links["mail_come"] = address(COME) + invitations(event.organisation_id, event.id)(ruth.id)
    tested, subjects = made_up.mailing(event.group, [sam, ruth]), made_up.mailing(event.group, [])
    further = {"en": {"subject": "Come", "further": ["Be there"], "text": "Come."}}
    Mailing.objects.filter(id__in=[tested.id, subjects.id]).update(words=further, event=event, kind="invitation")
    Mailing.objects.filter(id=tested.id).update(
        state="paused", copies=9, next=3, tested=2, frozen_at=now(), rest_at=now()
    )
    waiting, going = made_up.mailing(event.group, []), made_up.mailing(event.group, [])
    far = now() + timedelta(days=9)
    Mailing.objects.filter(id__in=[waiting.id, going.id]).update(state="waiting", copies=2, starts_at=far)
    text = "Dear {first_name|friend}, look at https://example.org/news\n\n# At last\n\n> Who, if not we?\n\n"
    text += "[Sign](https://example.org/sign)\n\n{event}\n\n{picture}"
    made = {"letter": archived_letter(event.group, text, event=event)}
    made |= {"draft": draft, "sent": sent, "tested": tested, "subjects": subjects}
    made |= {"waiting": waiting, "going": going}
    ids = {f"mailing_{name}_id": str(one.id) for name, one in made.items()}
    return {"mailing_id": str(draft.id), **ids, **links}
