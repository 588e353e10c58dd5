import pytest

from groundswell.kit.colour import Colour
from groundswell.web.public.accent import style_sheet
from tests import made_up


@pytest.mark.django_db
class TestTheStyleSheet:
    @pytest.fixture(autouse=True)
    def organisation(self):
        made_up.organisation(slug="red-branch", accent="#D5121E")

    def test_may_be_kept_for_ever_under_its_colour(self, client, django_assert_num_queries):
        with django_assert_num_queries(1):
            response = client.get("/o/red-branch/accent-d5121e.css")
        assert response["Content-Type"] == "text/css"
        assert "immutable" in response["Cache-Control"]
        assert "--field:#d5121e;--on-field:#ffffff" in response.content.decode()

    @pytest.mark.parametrize("digits", ["ffffff", "D5121E", "x;}"])
    def test_another_colour_leads_on_to_the_current_one(self, client, digits):
        response = client.get(f"/o/red-branch/accent-{digits}.css")
        assert (response.status_code, response["Location"]) == (302, "/o/red-branch/accent-d5121e.css")
        assert "immutable" not in response.get("Cache-Control", "")

    def test_cannot_be_asked_for_with_what_is_no_colour(self):
        with pytest.raises(ValueError, match="looks like #c8102e"):
            made_up.organisation(slug="odd-branch", accent="#d5121e;}")

    def test_is_none_where_there_is_no_organisation(self, client):
        assert client.get("/o/nobody/accent-d5121e.css").status_code == 404

    def test_takes_no_cookie_and_sets_none(self, client):
        assert not client.get("/o/red-branch/accent-d5121e.css").cookies


def test_it_has_colours_for_the_day_and_for_the_night():
    css = style_sheet(Colour.from_hex("#ffd200"))
    day, night = css.split("@media (prefers-color-scheme:dark)")
    assert day.startswith("@layer accent{:root{--field:#ffd200;--on-field:#111111;--accent:")
    assert "--field:#ffd200" not in night  # yellow glares in the dark
    assert css.count("{") == css.count("}")
