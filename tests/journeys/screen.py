"""What journeys ask of the screen of the center in its own page: its map, its sound, its play."""

from playwright.sync_api import Page


def names_stand_where_there_is_room(page: Page) -> None:
    """Check the map that was just drawn: no name lies under a sign, none is cut at the edge."""
    page.wait_for_function("drawn.queryRenderedFeatures({layers: ['ward-name']}).length > 3")
    assert page.evaluate(NAMES_UNDER_SIGNS) == []
    page.evaluate(TO_THE_EDGE)
    page.wait_for_function(NAMED_ON_THE_LEFT)
    page.evaluate("drawn.panBy([60, 0], {animate: false})")


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
