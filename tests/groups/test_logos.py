"""An organisation's logo: drawn anew, within its bounds, and gone when it is taken away."""

import io

import pytest
from django.test import Client
from PIL import Image

from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.groups.logos import HEAVIEST, describe_logo, public_logo, remove_logo, set_logo
from groundswell.groups.models import Logo, Organisation
from groundswell.intake.models import Touch
from groundswell.kit.ids import uuid7
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def union() -> Organisation:
    return made_up.organisation()


def file(size: tuple[int, int] = (900, 300)) -> bytes:
    drawn = io.BytesIO()
    Image.effect_noise(size, 80).save(drawn, "PNG")
    return drawn.getvalue()


def test_it_is_drawn_anew_within_its_bounds(union: Organisation) -> None:
    made = set_logo(made_up.SYSTEM, organisation=union, upload=file(), alt=" A  fist ")
    assert made.logo_alt == "A fist"
    image = Logo.objects.get().image
    assert len(image) <= HEAVIEST
    with Image.open(io.BytesIO(image)) as opened:
        assert (opened.format, opened.size) == ("WEBP", (made.logo_width, made.logo_height))
        assert max(opened.size) <= 320
    assert f"organisation:{union.id}" in set(Touch.objects.values_list("tag", flat=True))


def test_it_stands_on_public_pages_until_it_is_taken_away(union: Organisation) -> None:
    first = made_up.logo(union)
    page = Client().get("/g/tenants-union").content.decode()
    where = f"/o/tenants-union/logo-{first.logo}.webp"
    assert f'src="{where}" alt="A fist"' in page
    answer = Client().get(where)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    second = made_up.logo(union)
    assert first.logo != second.logo
    assert Client().get(where).status_code == 404
    remove_logo(made_up.SYSTEM, organisation=union)
    assert "logo-" not in Client().get("/g/tenants-union").content.decode()
    assert not Logo.objects.exists()
    with pytest.raises(NotFound):
        describe_logo(made_up.SYSTEM, organisation=union, alt="x")


def test_it_is_described_anew(union: Organisation) -> None:
    made = made_up.logo(union)
    assert describe_logo(made_up.SYSTEM, organisation=union, alt="A raised fist").logo == made.logo
    assert 'alt="A raised fist"' in Client().get("/g/tenants-union").content.decode()
    with pytest.raises(InvalidFields):
        describe_logo(made_up.SYSTEM, organisation=union, alt=" ")


@pytest.mark.parametrize(
    ("upload", "alt", "field"), [(b"x", "A fist", "logo"), (b"x", "", "logo_alt"), (b"x", "y" * 301, "logo_alt")]
)
def test_what_cannot_be_a_logo(union: Organisation, upload: bytes, alt: str, field: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        set_logo(made_up.SYSTEM, organisation=union, upload=upload, alt=alt)
    assert refused.value.errors.keys() == {field}


def test_only_owners_of_the_whole(union: Organisation) -> None:
    root = made_up.root(union)
    organiser = made_up.actor(root, made_up.ORGANISER)
    branch = made_up.actor(made_up.branch(root), made_up.OWNER, "branch@example.org")
    for actor, refusal in ((organiser, NotAllowed), (branch, NotFound)):
        with pytest.raises(refusal):
            set_logo(actor, organisation=union, upload=file(), alt="x")
        with pytest.raises(refusal):
            remove_logo(actor, organisation=union)


def test_a_logo_is_found_at_its_own_organisation_only(union: Organisation) -> None:
    made = made_up.logo(union)
    made_up.organisation("others", "Others")
    assert public_logo("tenants-union", made.logo)[0] == union
    for slug, logo in (("others", made.logo), ("tenants-union", uuid7())):
        with pytest.raises(NotFound):
            public_logo(slug, logo)
