"""What journeys ask of the screen of the center in its own page: its map, its sound, its play."""

from playwright.sync_api import Page


def names_stand_where_there_is_room(page: Page) -> None:
    """Check the map that was just drawn: no name lies under a sign, none is cut at the edge."""
    page.wait_for_function("() => drawn.queryRenderedFeatures({layers: ['ward-name']}).length > 3")
    assert page.evaluate(NAMES_UNDER_SIGNS) == []
    page.evaluate(TO_THE_EDGE)
    page.wait_for_function(NAMED_ON_THE_LEFT)
    page.evaluate("drawn.panBy([60, 0], {animate: false})")


def goes_home_until_it_is_moved(page: Page) -> None:
    """Check the map: in a window of another size it shows all that is known, unless the reader moved it."""
    size = page.viewport_size
    assert size
    assert page.evaluate(KEEP_KNOWN_WARDS)
    page.wait_for_function(SHOWS_KNOWN_WARDS)
    page.evaluate(ELSEWHERE)
    page.set_viewport_size({"width": 320, "height": 700})
    page.wait_for_function(SHOWS_KNOWN_WARDS)
    page.evaluate(HAS_LEFT_HOME)
    page.locator("[data-map-canvas] canvas").press("ArrowDown")
    page.wait_for_function(HAS_LEFT_HOME)
    page.evaluate(ELSEWHERE)
    page.set_viewport_size(size)
    page.wait_for_function(FILLS_MORE_THAN, arg=320)
    assert not page.evaluate(SHOWS_KNOWN_WARDS)


PLAYED = """many => {
  const screen = document.querySelector("[data-screen]");
  if (!window.moments) {
    window.moments = [];
    const keep = () => window.moments.push(screen.dataset.shown);
    new MutationObserver(keep).observe(screen, { attributeFilter: ["data-shown"] });
  }
  return window.moments.length >= many;
}"""
KEEP_MAP = "document.addEventListener('city-map', (told) => { window.drawn = told.detail; })"
KEEP_KNOWN_WARDS = """async () => {
  const areas = await (await fetch(document.querySelector("[data-areas]").dataset.areas)).json();
  const known = (one) => drawn.getFeatureState({ source: "wards", id: one.properties.code }).value >= 0;
  window.known = areas.features.filter(known).map((one) => one.geometry.coordinates.flat(Infinity));
  return window.known.length;
}"""
SHOWS_KNOWN_WARDS = """() => {
  const bounds = drawn.getBounds();
  const lies = (one) => one.every((_, i) => i % 2 || bounds.contains([one[i], one[i + 1]]));
  return window.known.every(lies);
}"""
HAS_LEFT_HOME = """() => {
  window.home ??= drawn.getCenter().lat;
  return drawn.getCenter().lat !== window.home && !drawn.isMoving();
}"""
FILLS_MORE_THAN = """(width) => {
  const { clientWidth } = drawn.getContainer();
  return clientWidth > width && drawn.getCanvas().clientWidth === clientWidth;
}"""
ELSEWHERE = "drawn.jumpTo({ center: [103, 22], zoom: 12 })"
NAMES_UNDER_SIGNS = """() => {
  const ids = drawn.getStyle().layers.map((one) => one.id).filter((id) => id.startsWith("points-"));
  return drawn.queryRenderedFeatures({ layers: ids }).flatMap((sign) => {
    const { x, y } = drawn.project(sign.geometry.coordinates);
    const under = drawn.queryRenderedFeatures([[x - 9, y - 9], [x + 9, y + 9]], { layers: ["ward-name"] });
    return under.map((name) => name.properties.name_vi);
  });
}"""
NAMED_ON_THE_LEFT = """() => {
  const [sign] = drawn.queryRenderedFeatures({ layers: ["points-incident"] });
  return sign?.properties.side === "right";
}"""
TO_THE_EDGE = """() => {
  const [sign] = drawn.queryRenderedFeatures({ layers: ["points-incident"] });
  const { x } = drawn.project(sign.geometry.coordinates);
  drawn.panBy([x - drawn.getContainer().clientWidth + 30, 0], { animate: false });
}"""
COUNT_TONES = """() => {
  window.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...given) {
    window.tones += 1;
    return start.apply(this, given);
  };
}"""
