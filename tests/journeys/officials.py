"""What officials do on the desk's pages, step by step, and the widths at which each page is seen."""

import time
from uuid import UUID, uuid4

from playwright.sync_api import Page

from dothi.dossiers.types import Act
from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import ALL_PICTURES, Shoot
from tests.support.desk import PRESS

WIDTHS = (320, 768, 1440)


def open_act(page: Page, act: Act) -> None:
    """Unfold the form of an act."""
    page.click(f"details:has({PRESS[act]}) summary")


def press(page: Page, act: Act) -> None:
    """Press the button of an act."""
    page.click(f"{PRESS[act]} button")


def shots(page: Page, shot: Shoot, name: str) -> None:
    """Check the page at two widths, and take it at three where pictures are wanted."""
    for width in WIDTHS if ALL_PICTURES else ():
        page.set_viewport_size({"width": width, "height": 900})
        shot(page, f"{name}-{width}")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert_accessible(page)


def posted(page: Page, dossier_id: UUID, act: Act) -> int:
    """Send an act that the page offers no button for."""
    page.goto("/desk/find/")
    page.evaluate(FORGED, [f"/desk/dossiers/{dossier_id}/acts/{act.value}", str(uuid4())])
    with page.expect_navigation() as gone:
        page.evaluate("document.getElementById('forged').submit()")
    response = gone.value
    assert response is not None
    return response.status


FORGED = """([address, key]) => {
  const form = Object.assign(document.createElement('form'), {method: 'post', action: address, id: 'forged'});
  const token = document.querySelector('[name=csrfmiddlewaretoken]').value;
  for (const [name, value] of Object.entries({csrfmiddlewaretoken: token, key})) {
    form.append(Object.assign(document.createElement('input'), {type: 'hidden', name, value}));
  }
  document.body.append(form);
}"""


def until_ready(page: Page, dossier_id: UUID, title: str, seconds: int = 120) -> None:
    """Open the dossier again until its paper can be opened; how long a job takes is not what is tested."""
    deadline = time.monotonic() + seconds
    while True:
        page.goto(f"/desk/dossiers/{dossier_id}")
        if page.locator(".dt-documents a", has_text=title).count():
            return
        assert time.monotonic() < deadline, page.inner_text("main")
        page.wait_for_timeout(200)
