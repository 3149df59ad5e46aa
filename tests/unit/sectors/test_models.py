"""Models and profiles as data: whole, and in step with each other."""

import pytest

from dothi.context.jsonld.contexts import names
from dothi.sectors.models import Model, context, dated, models, said
from dothi.sectors.models.checking import complaints
from dothi.sectors.models.openness import openness, public_types
from dothi.sectors.models.profiles import ARCHIVE_S, Kind, kinds
from dothi.telemetry.feed.feeding import UNIT_CODES


class TestModels:
    def test_name_what_the_city_has(self) -> None:
        assert {
            "WeatherObserved", "AirQualityObserved", "WaterObserved", "TrafficFlowObserved", "GtfsStop",
            "GtfsRoute", "Hospital", "FloodedPoint", "AdministrativeArea", "Road", "RoadSegment", "Device",
            "School", "Parcel", "WaterBody",
        } == models().keys()  # fmt: skip

    def test_make_one_context_that_the_broker_reads(self) -> None:
        known = names(dict(context()))
        assert (
            known.expand("WeatherObserved") == "https://smartdatamodels.org/dataModel.Weather/WeatherObserved"
        )
        assert known.compact("https://smartdatamodels.org/dataModel.Environment/pm25") == "pm25"
        assert known.expand("location") == "https://uri.etsi.org/ngsi-ld/location"

    def test_give_a_term_the_iri_of_a_model_that_has_it(self) -> None:
        for term, iri in context().items():
            of_models = {one.iri for one in models().values() if one.name == term}
            of_terms = {one.attributes[term].iri for one in models().values() if term in one.attributes}
            assert iri in of_models | of_terms

    @pytest.mark.parametrize("one", models().values(), ids=lambda one: one.name)
    def test_require_only_terms_that_they_have(self, one: Model) -> None:
        assert set(one.required) <= one.attributes.keys()
        assert one.source
        assert one.license

    def test_that_ask_when_a_thing_was_observed_have_the_term(self) -> None:
        names = {one.name for one in models().values() if one.iri in dated()}
        assert names == {"WeatherObserved", "AirQualityObserved", "WaterObserved", "TrafficFlowObserved"}
        assert set(dated().values()) == {"https://smartdatamodels.org/dateObserved"}


class TestOpenness:
    def test_says_of_every_model_whether_everybody_may_read_it_and_why(self) -> None:
        assert [one.name for one in openness()] == list(dict.fromkeys(one.name for one in openness()))
        assert {one.name for one in openness()} == models().keys()
        assert all(len(one.reason["vi"]) > 20 and len(one.reason["en"]) > 20 for one in openness())

    def test_keeps_back_what_leads_to_people_or_to_hardware(self) -> None:
        public = {one.name for one in public_types()}
        assert models().keys() - public == {"Device", "Parcel"}


class TestComplaints:
    def test_name_everything_that_is_wrong(self) -> None:
        told = complaints({
            "id": "urn:x", "type": "AdministrativeArea", "name": said("Ba Đình"), "areaCode": said(4),
            "areaKm2": said(2.9, "MTR"), "color": said("red"),
        })  # fmt: skip
        assert told == [
            "location is missing", "areaCode: is not a value of type string: 4", "areaKm2: is told in KMK",
            "color: is no term of the model",
        ]  # fmt: skip

    def test_are_none_for_what_fits(self) -> None:
        assert not complaints(
            {"id": "urn:x", "type": "School", "name": said("Chu Văn An"), "pupils": said(900)}
        )

    def test_know_no_other_type(self) -> None:
        assert complaints({"id": "urn:x", "type": "Teapot"}) == ["there is no model 'Teapot'"]


class TestKinds:
    @pytest.mark.parametrize("kind", kinds().values(), ids=lambda one: one.profile.name)
    def test_say_terms_and_units_of_their_models(self, kind: Kind) -> None:
        terms = models()[kind.entity_type].attributes
        for name, measure in kind.profile.measures.items():
            assert kind.terms[name] in terms
            assert UNIT_CODES.get(measure.unit, "") == terms[kind.terms[name]].unit_code
        assert kind.source

    def test_reject_the_impossible_and_keep_the_storm(self) -> None:
        day = kinds()["rain-day"].profile.measures["rain_day"]
        assert day.high is not None
        assert 509 < day.high < 7947.8

    def test_of_an_archive_may_tell_of_years_ago(self) -> None:
        kind = kinds()["rain-gauge"]
        assert kind.archive().profile.late_s == ARCHIVE_S
        assert kind.archive().profile.name != kind.profile.name
