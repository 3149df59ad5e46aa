"""What residents do on the pages, step by step, and the pages that each journey must see pass."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from playwright.sync_api import Page, expect

from dothi.foundation.papers.models import Paper
from dothi.kernel.ids import DossierId
from tests.journeys.conftest import Shoot
from tests.support.town import Town

CERTIFICATE: Mapping[str, Mapping[str, str]] = {
    "for-whom": {"filing_for": "self"},
    "purpose": {"purpose": "marriage"},
    "lived-elsewhere": {"lived_elsewhere": "no"},
    "marital-status": {"marital_status": "never-married"},
    "marry-whom": {
        "partner_name": "Trần Văn Bình", "partner_birth_date": "1998-11-02", "partner_sex": "male",
        "partner_nationality": "Việt Nam", "partner_personal_number": "001098000894",
    },
    "marry-where": {"marriage_office": "Ủy ban nhân dân phường Hoàn Kiếm"},
    "issued-before": {"issued_before": "never"},
    "fee-waiver": {"waiver": "none"},
    "declaration": {"truthful": "yes"},
}  # fmt: skip
"""What An answers on each question page; the other pages are filled in already."""

MARRIAGE: Mapping[str, Mapping[str, str]] = {
    "citizens": {"both_citizens": "yes"},
    "partner": {
        "partner_name": "Trần Văn Bình", "partner_birth_date": "1998-11-02", "partner_sex": "male",
        "partner_nationality": "Việt Nam", "partner_personal_number": "001098000894",
        "partner_ethnicity": "Kinh",
    },
    "partner-residence": {"partner_residence-ward": "00070", "partner_residence": "3 phố Nhà Thờ"},
    "partner-marital-status": {"partner_marital_status": "never-married"},
    "kinship": {"kinship": "none"},
    "file-where": {"file_where": "applicant"},
    "extracts": {"extract_copies": "1"},
    "declaration": {"voluntary": "yes", "capable": "yes", "both_present": "yes", "truthful": "yes"},
}  # fmt: skip
"""What An answers for the marriage."""


@dataclass(frozen=True)
class Walker:
    """A resident at a browser."""

    page: Page
    town: Town
    shot: Shoot
    name: str
    """Prefix of the screenshots."""

    def seen(self, what: str, *, look: bool = True) -> None:
        """Keep a picture of the page; `test_resident_pages.py` looks at each page more closely."""
        if look:
            self.shot(self.page, f"{self.name}-{what}")

    def sign_in(self, person: str, where: str = "/dossiers/") -> None:
        """Go where one must sign in, and do it."""
        self.page.goto(where)
        self.identify(person)

    def identify(self, person: str) -> None:
        """Sign in by VNeID on the page that asks for it."""
        self.go("main form button")
        self.page.check(f"input[value={person}]")
        self.go("button[value=agree]")

    def press(self, label: str) -> None:
        """Press a button or a link that looks like one, and come to the page that answers."""
        self.go(f"main .dt-button:has-text('{label}')")

    def go(self, selector: str) -> None:
        """Click the first such element, and come to the page that answers."""
        # A click alone returns before the next page is there, and the next step would act on this one.
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def until(self, where: str, text: str, seconds: int = 120) -> None:
        """Look again until `where` says `text`, as one does without scripts; jobs take their time."""
        deadline = time.monotonic() + seconds
        while text not in " ".join(self.page.locator(where).all_inner_texts()):
            assert time.monotonic() < deadline, f"no {text!r} on {self.page.url}: {self.town.do(_failures)}"
            self.page.wait_for_timeout(500)
            self.page.reload()

    def form_of_this_page(self) -> dict[str, str]:
        """Return what the form of this page would post, and where it came from."""
        fields = self.page.locator("main form input[type=hidden]").all()
        posted = {one.get_attribute("name") or "": one.get_attribute("value") or "" for one in fields}
        return {"address": self.page.url, **posted}

    def send_again(self, form: dict[str, str]) -> str:
        """Post a form a second time, as a second press does, and return where that leads."""
        posted: dict[str, str | float | bool] = {k: v for k, v in form.items() if k != "address"}
        headers = {"Referer": form["address"]}
        return self.page.request.post(form["address"], form=posted, headers=headers).url

    def answer(self, answers: Mapping[str, str]) -> None:
        """Answer the questions of this page as a person would, by their controls."""
        for name, value in answers.items():
            self._answer(name, value)

    def _answer(self, name: str, value: str) -> None:
        control = self.page.locator(f"main [name='{name}']").first
        # Counting waits for nothing: the page that asks may still be on its way.
        self.page.locator(f"main [name='{name}'], main [name='{name}-year']").first.wait_for(state="attached")
        if control.count() == 0:
            for part, typed in zip(("year", "month", "day"), value.split("-"), strict=True):
                self.page.fill(f"[name='{name}-{part}']", typed)
        elif control.get_attribute("type") in ("radio", "checkbox"):
            self.page.check(f"[name='{name}'][value='{value}']")
        elif control.evaluate("one => one.tagName") == "SELECT":
            control.evaluate("(one, value) => { one.value = value; }", value)
        else:
            control.fill(value)

    def answer_all(
        self, answers: Mapping[str, Mapping[str, str]], look: Sequence[str] = (),
        onward: str = "Lưu và tiếp tục",
    ) -> list[str]:  # fmt: skip
        """Go through the question pages until the documents, and return the ids of the pages."""
        walked: list[str] = []
        while "/documents/" not in self.page.url:
            page_id = self.page.url.split("?")[0].rstrip("/").rsplit("/", 1)[1]
            assert page_id not in walked, f"the page {page_id} does not let one go on"
            walked.append(page_id)
            self.seen(f"question-{page_id}", look=page_id in look)
            self.answer(answers.get(page_id, {}))
            self.press(onward)
        return walked

    @property
    def dossier(self) -> DossierId:
        """The dossier whose page is shown."""
        return DossierId(UUID(self.page.url.split("/dossiers/")[1].split("/")[0]))


def expect_heading(page: Page, text: str) -> None:
    """Hold that the page's heading says `text`."""
    expect(page.locator("h1")).to_contain_text(text)


def _failures() -> list[tuple[str, str, str]]:
    """Return kind, status and failure of each paper, for the message of a test that waits in vain."""
    return list(Paper.objects.order_by("id").values_list("kind", "status", "failure"))
