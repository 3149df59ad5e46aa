"""
What every page of a journey must pass: axe-core at two widths, no sideways scrolling, a keyboard walk.

axe finds about half of what keeps people out; the walk and the review of screenshots look for the rest.
"""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
WIDTHS = (320, 1280)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Only what is wrong comes back: all that is right is some megabytes a page.
RUN = """async only =>
  (await axe.run(document, {runOnly: only, resultTypes: ['violations']})).violations
"""
OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > width + 1)
    .filter(e => !e.closest('.dt-table-scroll, details:not([open])'))
    .slice(0, 5).map(e => e.outerHTML.slice(0, 120));
}"""
THEME = """theme => {
  const root = document.documentElement;
  root.className = root.className.replace(/contrast-\\w+/, `contrast-${theme}`);
}"""
FROM_THE_TOP = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
}"""
FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const box = e.getBoundingClientRect();
  const style = getComputedStyle(e);
  const ringed = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
  const label = e.labels?.[0] && getComputedStyle(e.labels[0], '::before').boxShadow !== 'none';
  const seen = box.width > 0 && box.height > 0;
  return {html: e.outerHTML.slice(0, 120), seen, ringed: ringed || Boolean(label)};
}"""


def assert_accessible(page: Page) -> None:
    """Fail on any finding of axe or any sideways scrolling of `page` at 320 and 1280 px."""
    before = page.viewport_size
    for width in WIDTHS:
        assert_accessible_at(page, width)
    if before:
        page.set_viewport_size(before)


def assert_accessible_at(page: Page, width: int) -> None:
    """Fail on any finding of axe or any sideways scrolling of `page` at `width` px, which it keeps."""
    page.set_viewport_size({"width": width, "height": 900})
    _bring_axe(page)
    found = _violations(page, {"type": "tag", "values": TAGS})
    assert not found, f"axe at {width} px on {page.url}:\n" + "\n".join(found)
    assert_fits(page)


def assert_fits(page: Page) -> None:
    """Fail where `page` scrolls sideways."""
    wide = page.evaluate(OVERFLOW)
    assert not wide, f"wider than {page.viewport_size} on {page.url}: {wide}"


def contrast_faults(page: Page, theme: str) -> list[str]:
    """Return what axe finds too pale on `page` in a theme: the only one of its rules that hangs on it."""
    page.evaluate(THEME, theme)
    _bring_axe(page)
    return _violations(page, {"type": "rule", "values": ["color-contrast"]})


def walk_by_keyboard(page: Page, limit: int = 400) -> list[str]:
    """
    Press Tab from the top of `page` to its end and return the start of each element's HTML.

    Fails where the focus is not seen, cannot leave an element, or visits more than `limit`.
    """
    page.evaluate(FROM_THE_TOP)
    page.keyboard.press("Tab")
    visited: list[str] = []
    while (focused := page.evaluate(FOCUSED)) is not None:
        assert focused["seen"], f"the focus is on something unseen: {focused['html']}"
        assert focused["ringed"], f"the focus does not show on: {focused['html']}"
        visited.append(focused["html"])
        assert len(visited) <= limit, f"the focus does not come to the end of {page.url}"
        page.keyboard.press("Tab")
        if _back_at_start(page, visited):
            break
    return visited


def _back_at_start(page: Page, visited: list[str]) -> bool:
    focused = page.evaluate(FOCUSED)
    return focused is not None and "govuk-skip-link" in focused["html"] and len(visited) > 1


def _bring_axe(page: Page) -> None:
    # By the debugging protocol, for the page's own policy rightly refuses a script added to it.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())


def _violations(page: Page, only: dict[str, Any]) -> list[str]:
    violations: list[dict[str, Any]] = page.evaluate(RUN, only)
    return [
        f"{finding['id']}: {finding['help']}: {node['html'][:160]}"
        for finding in violations
        for node in finding["nodes"]
    ]
