"""Files read whole: what is usable comes out, what is not is named with its line and why."""

import json
import unicodedata
from pathlib import Path

import pytest
from shapely.geometry import box, shape
from shapely.ops import unary_union

from dothi.sectors.importing import air, rain, territory
from dothi.sectors.importing.city import City
from dothi.sectors.importing.features import read as read_features
from dothi.sectors.importing.places import Gazetteer, key, slug
from dothi.sectors.importing.reading import KINDS, LATER, read
from dothi.sectors.importing.rows import Bad, NoSuchData, Unusable
from dothi.sectors.importing.streets import Streets
from dothi.sectors.models.checking import complaints
from dothi.sectors.models.origins import COMPUTED
from dothi.sectors.models.profiles import kinds
from dothi.sectors.territory.wards import approximate, cells_within
from tests.support.data import DATA, needs_data

NFD = unicodedata.normalize("NFD", "Phường Yên Hòa")
CITY = City("test.dothi.example", approximate())
HOURS = ((50, "Valid"), ("NA", "Missing"), (60, "Invalid"), ("NA", "Valid"))
STOPS = (
    "stop_id,stop_name,stop_desc,stop_lat,stop_lon,zone_id,stop_url\n"
    "1,Bến 12 Đường Trần Bình Trọng,,21.02,105.84,,\n"
    "2,Bến Đường Lê Đức Thọ (SVĐ),,21.03,105.76,,\n"
    "3,Bến Phố Tây Sơn,,21.006,105.823,,\n"
    "4,Bến Phố Thái Hà,,21.007,105.822,,\n"
    "5,Bến xa,,north,105.8,,\n"
    "6,Bến ngoài trái đất,,121,105.8,,\n"
)


def folder(tmp_path: Path, **files: str) -> Path:
    """Write files by paths with __ for / and _csv for .csv."""
    for name, text in files.items():
        path = tmp_path / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def of_rain(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / rain.DAILY
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["date,station,rain_mm", *rows]), encoding="utf-8")
    return tmp_path


def stops(tmp_path: Path) -> Path:
    return folder(tmp_path, **{"gtfs_hanoi__stops-enriched_DOT_txt": STOPS})


class TestPlaces:
    @pytest.mark.parametrize("name", ["Phường Yên Hòa", "Phường Yên Hoà", "yên hoà", NFD, "Yên  Hòa (2)"])
    def test_are_one_ward_however_they_are_spelt(self, name: str) -> None:
        assert CITY.gazetteer.ward(name).name == "Phường Yên Hòa"

    def test_may_leave_out_what_follows_a_dash(self) -> None:
        assert CITY.gazetteer.ward("Phường Văn Miếu").name == "Phường Văn Miếu - Quốc Tử Giám"

    def test_are_never_guessed(self) -> None:
        with pytest.raises(Unusable, match="no ward bears the name 'Yen Hoa'"):
            CITY.gazetteer.ward("Yen Hoa")
        twice = Gazetteer([*CITY.wards, *CITY.wards])
        with pytest.raises(Unusable, match="several wards"):
            twice.ward("Yên Hòa")

    def test_become_ids(self) -> None:
        assert slug("Văn Miếu - Quốc Tử Giám") == "van-mieu-quoc-tu-giam"
        assert key("  PHƯỜNG Yên  HOÀ ") == "phường yên hòa"


class TestRain:
    def test_is_of_the_midnight_that_ends_the_day(self, tmp_path: Path) -> None:
        told = rain.read(CITY, of_rain(tmp_path, "2025-09-30,Ô Chợ Dừa,509", "2025-10-01,Ô Chợ Dừa,1.5"))
        assert [one.at.isoformat() for one in told.samples] == [
            "2025-10-01T00:00:00+07:00", "2025-10-02T00:00:00+07:00",
        ]  # fmt: skip
        assert [one.id for one in told.stations] == ["rain-day-o-cho-dua"]

    def test_brings_what_is_impossible_to_the_door_that_rejects_it(self, tmp_path: Path) -> None:
        told = rain.read(CITY, of_rain(tmp_path, "2025-11-04,Xã Quốc Oai,7947.8"))
        assert [one.said for one in told.samples] == [7947.8]
        assert not told.bad

    def test_names_rows_that_say_nothing_usable(self, tmp_path: Path) -> None:
        rows = [
            "2025-09-30,Atlantis,1",
            "yesterday,Ba Đình,1",
            "2025-09-30,Ba Đình,",
            "2025-09-30,Ba Đình,-3",
        ]
        told = rain.read(CITY, of_rain(tmp_path, *rows, "2025-09-30,Ba Đình,4"))
        assert len(told.samples) == 1
        assert [one.line for one in told.bad] == [2, 3, 4, 5]
        assert told.bad[0] == Bad(Path(rain.DAILY).name, 2, "no ward bears the name 'Atlantis'")
        assert "rain_mm is empty" in told.bad[2].reason

    def test_is_missing_where_there_is_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(NoSuchData, match=r"hanoi_rain_daily"):
            rain.read(CITY, tmp_path)

    def test_of_another_file_names_the_column(self, tmp_path: Path) -> None:
        path = tmp_path / rain.DAILY
        path.parent.mkdir(parents=True)
        path.write_text("day,place\n1,2\n", encoding="utf-8")
        assert [one.reason for one in rain.read(CITY, tmp_path).bad] == ["station is empty"]


class TestAir:
    def test_computes_dust_back_from_the_index(self) -> None:
        assert [air.concentration(index) for index in (0, 50, 100, 150, 500)] == [0, 12, 35.4, 55.4, 500.4]
        assert air.concentration(75) == pytest.approx(23.7)
        with pytest.raises(Unusable):
            air.concentration(501)

    def test_leaves_out_hours_that_are_not_valid(self, tmp_path: Path) -> None:
        rows = ["date,aqi,qc_name"]
        for hour, (aqi, name) in enumerate(HOURS):
            rows.append(f"2015-01-01T0{hour}:00:00Z,{aqi},{name}")
        path = tmp_path / air.HOURLY
        path.parent.mkdir(parents=True)
        path.write_text("\n".join(rows), encoding="utf-8")
        told = air.read(CITY, tmp_path)
        assert [one.said for one in told.samples if one.name == "pm25"] == [12]
        assert [one.said for one in told.samples if one.name == "origin"] == [COMPUTED]
        assert len(told.bad) == 3


class TestRoutes:
    def test_are_drawn_through_their_stops_in_the_order_of_the_feed(self, tmp_path: Path) -> None:
        head, rows = "stop_id,stop_name,stop_desc,stop_lat,stop_lon,zone_id,stop_url", [
            "01_1_S2,Hai,,21.02,105.82,,", "01_1_S10,Mười,,21.03,105.83,,", "01_1_S1,Một,,21.01,105.81,,",
            "02_1_S1,Đơn,,21.01,105.81,,", "03_1_S1,Xa,,north,105.81,,", "lẻ,Lẻ,,21.01,105.81,,",
        ]  # fmt: skip
        routes = "route_id,agency_id,route_short_name,route_long_name,route_desc,route_type\n" + "\n".join(
            f"{name},,,Tuyến {name},,3" for name in ("01_1", "02_1", "03_1")
        )
        told = {"gtfs_hanoi__stops_DOT_txt": "\n".join([head, *rows]), "gtfs_hanoi__routes_DOT_txt": routes}
        found = read("routes", CITY, folder(tmp_path, **told))
        lines = [one.get("location", {}).get("value", {}).get("coordinates") for one in found.entities]
        assert lines == [[[105.81, 21.01], [105.82, 21.02], [105.83, 21.03]], None, None]
        assert "no shapes" in found.entities[0]["locationSource"]["value"]
        assert sorted(found.files) == ["gtfs_hanoi/routes.txt", "gtfs_hanoi/stops.txt"]
        stopped = read("stops", CITY, tmp_path).entities
        assert [one.get("routes", {}).get("value") for one in stopped] == ["01", "01", "01", "02", None]


class TestStops:
    def test_lie_in_their_ward_and_on_this_earth(self, tmp_path: Path) -> None:
        told = read("stops", CITY, stops(tmp_path))
        assert [one["code"]["value"] for one in told.entities] == ["1", "2", "3", "4"]
        assert [one.line for one in told.bad] == [6, 7]
        assert all("areaServed" in one for one in told.entities)


class TestStreets:
    def test_are_found_by_the_stops_named_after_them(self, tmp_path: Path) -> None:
        streets = Streets.read(stops(tmp_path))
        assert streets.find("Lê Đức Thọ (quảng trường SVĐ Mỹ Đình)") == (105.76, 21.03)
        assert streets.find("Ngã tư Tây Sơn - Thái Hà") == (105.8225, 21.0065)

    def test_are_not_found_by_a_part_of_another_name(self, tmp_path: Path) -> None:
        assert Streets.read(stops(tmp_path)).find("Trần Bình (UBND phường Mai Dịch)") is None

    def test_are_nowhere_without_stops(self, tmp_path: Path) -> None:
        assert Streets.read(tmp_path).find("Tây Sơn") is None


class TestWards:
    def test_without_a_file_cover_the_city_once(self) -> None:
        wards, sheet = territory.wards(None)
        shapes = [shape(one.shape) for one in wards]
        assert sheet is None
        assert len(wards) == 126
        assert all(
            one.approximate and drawn.is_valid and drawn.area > 0
            for one, drawn in zip(wards, shapes, strict=True)
        )
        assert sum(one.area for one in shapes) == pytest.approx(unary_union(shapes).area, rel=1e-4)

    def test_of_a_file_are_exact_unless_their_shape_is_none(self, tmp_path: Path) -> None:
        def feature(code: str, name: str, *, closed: bool = True) -> dict[str, object]:
            ring = [[105.0, 21.0], [105.1, 21.0], [105.1, 21.1], [105.0, 21.0]]
            crossed = [[105.0, 21.0], [105.1, 21.1], [105.1, 21.0], [105.0, 21.1], [105.0, 21.0]]
            geometry = {"type": "Polygon", "coordinates": [ring if closed else crossed]}
            return {"properties": {"code": code, "fullName": name, "areaKm2": 1.5}, "geometry": geometry}

        features = [
            feature("00001", "Phường Một"), feature("00002", "Phường Hai", closed=False),
            feature("00003", "Quận Ba"),
        ]  # fmt: skip
        path = tmp_path / territory.SHAPES.format("simplified")
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        wards, sheet = territory.wards(tmp_path)
        assert [(one.code, one.approximate) for one in wards] == [("00001", False)]
        assert sheet
        assert [one.reason for one in sheet.bad] == [
            "Phường Hai has no valid shape", "Quận Ba is neither a ward nor a commune",
        ]  # fmt: skip

    def test_are_divided_by_the_nearest_center(self) -> None:
        parts = cells_within(box(0, 0, 4, 1), {"a": (1.0, 0.5), "b": (3.0, 0.5)})
        assert {name: part.area for name, part in parts.items()} == pytest.approx({"a": 2, "b": 2})


def features(tmp_path: Path, *told: object) -> Path:
    path = tmp_path / "things.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": told}), encoding="utf-8")
    return path


def feature(id_: str, geometry: object, /, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "id": id_, "properties": properties, "geometry": geometry}


LINE = {"type": "LineString", "coordinates": [[105.85, 21.03], [105.86, 21.03]]}
SEGMENT = {"name": "Tràng Tiền", "refRoad": "Road:trang-tien", "allowedVehicleType": ["anyVehicle"]}


class TestFeatures:
    def test_become_things_of_their_model_with_ward_and_ends(self, tmp_path: Path) -> None:
        told = read_features(
            CITY, features(tmp_path, feature("1", LINE, **SEGMENT, length=1.04)), "RoadSegment"
        )
        [one] = told.entities
        assert not told.bad
        assert one["id"] == "urn:ngsi-ld:RoadSegment:test.dothi.example:1"
        assert one["refRoad"]["object"] == "urn:ngsi-ld:Road:test.dothi.example:trang-tien"
        assert one["startPoint"]["value"]["coordinates"] == [105.85, 21.03]
        assert one["endPoint"]["value"]["coordinates"] == [105.86, 21.03]
        assert one["inArea"]["object"].endswith(":00070")
        assert (one["length"]["value"], one["length"]["unitCode"]) == (1.04, "KMT")

    @pytest.mark.parametrize(
        ("one", "reason"),
        [
            (7, "no feature"),
            ({"properties": [1]}, "no feature"),
            (feature("", LINE, **SEGMENT), "no id"),
            (feature("1", LINE, **SEGMENT, width=3), "no width"),
            (feature("1", None, **SEGMENT), "startPoint is missing"),
            (feature("1", LINE, **SEGMENT | {"refRoad": "trang-tien"}), "refRoad names no thing"),
            (feature("1", LINE, **SEGMENT | {"refRoad": "Road:"}), "refRoad names no thing"),
            (feature("1", {"type": "Point", "coordinates": [585000, 2325000]}, **SEGMENT), "no degrees"),
            (feature("1", LINE, **SEGMENT | {"name": 7}), "name: is not a value"),
            (feature("1", {"type": "Point", "coordinates": "x"}, **SEGMENT), "its shape"),
            (feature("1", {"type": "Blob"}, **SEGMENT), "its shape"),
            (feature("1", "POINT (1 1)", **SEGMENT), "its shape"),
            (feature("1", {"type": "LineString", "coordinates": []}, **SEGMENT), "its shape"),
        ],
    )
    def test_that_cannot_be_used_are_named(self, tmp_path: Path, one: object, reason: str) -> None:
        told = read_features(CITY, features(tmp_path, feature("good", LINE, **SEGMENT), one), "RoadSegment")
        assert len(told.entities) == 1
        assert [(bad.file, bad.line) for bad in told.bad] == [("things.geojson", 2)]
        assert reason in told.bad[0].reason

    def test_are_named_by_their_properties_where_they_have_no_id(self, tmp_path: Path) -> None:
        one = {**feature("", LINE, **SEGMENT, id="a"), "id": None}
        [entity] = read_features(CITY, features(tmp_path, one), "RoadSegment").entities
        assert entity["id"].endswith(":a")

    def test_count_once(self, tmp_path: Path) -> None:
        one = feature("1", LINE, **SEGMENT)
        told = read_features(CITY, features(tmp_path, one, one), "RoadSegment")
        assert (len(told.entities), told.bad[0].reason) == (1, "an earlier feature has this id")

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"features": 7}'])
    def test_of_a_file_that_is_none_say_so(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "x.geojson"
        path.write_text(text)
        assert "no GeoJSON" in read_features(CITY, path, "School").bad[0].reason


@needs_data
class TestRealData:
    @pytest.mark.parametrize("kind", KINDS)
    def test_becomes_entities_that_fit_their_models(self, kind: str) -> None:
        wards, _ = territory.wards(DATA)
        told = read(kind, City("test.dothi.example", wards), DATA)
        assert told.entities
        assert told.files
        assert [one for one in told.bad if not one.line] == []
        assert [wrong for one in told.entities for wrong in complaints(one, without=LATER)] == []


class TestEntities:
    def test_of_a_station_say_where_it_is_and_what_it_is_for(self) -> None:
        station = CITY.station(kinds()["rain-gauge"], "rain-1", "Đo mưa", ward=CITY.gazetteer.ward("Ba Đình"))
        observed, device = CITY.of([station], "somebody")
        assert observed["inArea"]["object"] == "urn:ngsi-ld:AdministrativeArea:test.dothi.example:00004"
        assert observed["refDevice"]["object"] == device["id"]
        assert device["controlledProperty"]["value"] == ["origin", "precipitation"]
