"""
One dossier through the pages, from the first question to the returned result, by the people's browsers.

Everybody signs in as people do: residents at the demo provider, officials by password and one-time code.
Each page is opened before its form is sent. It asks the database nothing and needs no Django.
"""

import contextlib
import random
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from dothi.config.demo.accounts import Credentials, credentials
from dothi.foundation.keys.roots import read_root_keys
from tests.support.browser import Browser, Page
from tests.support.forms import Form, Typed, Upload

PROCEDURE, WARD = "1.004873", "00070"
ANSWERS: Mapping[str, str] = {
    "filing_for": "other", "authorized_relation": "family", "purpose": "marriage",
    "holder_name": "Nguyễn Thị An", "holder_birth_date": "2000-03-14", "holder_sex": "female",
    "holder_personal_number": "001300004873", "holder_ethnicity": "Kinh", "holder_nationality": "Việt Nam",
    "holder_residence-ward": WARD, "holder_residence": "12 phố Hàng Trống", "residence_kind": "permanent",
    "lived_elsewhere": "no", "marital_status": "never-married", "partner_name": "Trần Văn Bình",
    "partner_birth_date": "1998-11-02", "partner_sex": "male", "partner_nationality": "Việt Nam",
    "partner_personal_number": "001098000894", "partner_passport": "", "issued_before": "never",
    "marriage_office": "Ủy ban nhân dân phường Hoàn Kiếm", "waiver": "none", "truthful": "yes",
}  # fmt: skip
"""What is typed and chosen, by the names of the controls: a certificate for a person who authorized one."""
DESK: Sequence[tuple[str, str]] = [
    ("accept", "ha"), ("claim", "minh"), ("show-draft", "minh"), ("confirm-draft", "resident"),
    ("propose", "minh"), ("approve", "thao"), ("sign", "son"), ("give-back", "ha"),
]  # fmt: skip
ACTS = ["draft", "submit", *(act for act, _ in DESK)]
OFFICIALS = ("ha", "minh", "thao", "son")
OK = 200


@dataclass
class Official:
    """An official of the ward, who can prove once more who they are."""

    browser: Browser
    credentials: Credentials
    _typed: str = ""
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def sign_in(self) -> None:
        """Sign in by password and one-time code."""
        page = self.browser.open("/account/official/")
        known = {"username": self.credentials.official.username, "password": self.credentials.password}
        page = self.browser.send(page.form("/account/official/"), known)
        page = self.browser.send(page.form("/account/official/code/"), {"code": self._fresh_code()})
        assert page.path == "/desk/", f"{known['username']}: {page.address} {page.told()}"

    def prove_now(self) -> None:
        """Prove oneself once more, before anybody asks."""
        self.prove(self.browser, self.browser.open("/account/confirm/?next=/desk/"))

    def prove(self, browser: Browser, page: Page) -> Page:
        """Answer the page that wants a fresh proof in `browser`, a window of this session."""
        with self._one_at_a_time:
            form = page.form("/account/confirm/")
            return browser.send(form, {"code": self._fresh_code()})

    def _fresh_code(self) -> str:
        """Return a code that was not typed before: each works once, so one may have to wait for the next."""
        while (code := self.credentials.code()) == self._typed:
            time.sleep(0.2)
        self._typed = code
        return code


@dataclass
class People:
    """A resident and the ward's four officials, signed in."""

    resident: Browser
    officials: Mapping[str, Official]

    def walk(self, seed: str, upload_bytes: int = 40_000, lost: float = 0.0) -> "Walk":
        """Return windows of their own for these people, who share their sessions."""
        return Walk(self.resident.twin(), self.officials, random.Random(seed), upload_bytes, lost)


@contextlib.contextmanager
def signed_in(address: str, root_key: Path, patience_s: float = 0.0) -> Iterator[People]:
    """
    Sign in a resident at the demo provider, and four officials.

    `root_key` is the file from which the demo officials' passwords follow; for `patience_s` see Browser.
    """
    known = {one.official.key: one for one in credentials(read_root_keys(root_key))}
    officials = {key: Official(Browser(address, patience_s), known[key]) for key in OFFICIALS}
    with contextlib.ExitStack() as open_:
        for one in officials.values():
            open_.callback(one.browser.close)
            one.sign_in()
        resident = Browser(address, patience_s)
        open_.callback(resident.close)
        identify(resident)
        yield People(resident, officials)


def identify(browser: Browser, key: str = "an") -> None:
    """Sign in as a resident of the demo city at the demo provider."""
    page = browser.send(browser.open("/dossiers/").form("/account/vneid/"))
    page = browser.send(page.form("/authorize"), {"person": key}, press="choice=agree")
    assert page.path == "/dossiers/", f"{key}: {page.address} {page.told()}"


@dataclass(frozen=True)
class Done:
    """One acknowledged act."""

    dossier: str
    act: str


@dataclass
class Walk:
    """
    A resident and four officials at windows of their own, sharing the sessions of others.

    `lost` is how often an answer is taken for lost, so that the same form is sent again. `windows` are
    their browsers by name.
    """

    resident: Browser
    officials: Mapping[str, Official]
    dice: random.Random
    upload_bytes: int = 40_000
    lost: float = 0.0
    uploads: dict[str, bytes] = field(default_factory=dict)
    """SHA-256 of what was uploaded, by dossier."""

    def __post_init__(self) -> None:
        self.windows = {"resident": self.resident}
        self.windows |= {key: one.browser.twin() for key, one in self.officials.items()}

    def change_resident(self, cookies: Mapping[str, str]) -> None:
        """Let another resident sit down, whose session `cookies` hold."""
        self.resident.cookies = dict(cookies)

    def close(self) -> None:
        """Close every window."""
        for browser in self.windows.values():
            browser.close()

    def lead(self) -> Iterator[Done]:
        """Lead one dossier and yield each act as soon as a page has acknowledged it."""
        page = self._begun()
        dossier = page.path.split("/")[2]
        yield Done(dossier, "draft")
        self._submit(self._answered(page, dossier), dossier)
        yield Done(dossier, "submit")
        for act, who in DESK:
            if who == "resident":
                self._confirm(dossier)
            else:
                self._act(dossier, act, who)
            yield Done(dossier, act)

    def _begun(self) -> Page:
        page = self.windows["resident"].open(f"/procedures/{PROCEDURE}/begin/")
        page = self._send("resident", page.form(), {"ward": WARD})
        assert "/questions/" in page.path, f"{page.address}: {page.told()}"
        return page

    def _answered(self, page: Page, dossier: str) -> Page:
        """Answer question after question and return the page that follows them."""
        asked = set[str]()
        while "/questions/" in page.path:
            assert page.status == OK, f"{page.address} ({page.status}): {page.told()}"
            assert page.path not in asked, f"{page.address} is asked again"
            asked.add(page.path)
            form = page.form()
            page = self._send("resident", form, self._typed(form, dossier))
        return page

    def _typed(self, form: Form, dossier: str) -> dict[str, Typed]:
        typed: dict[str, Typed] = {name: ANSWERS[name] for name in form.names if name in ANSWERS}
        for name in form.names:
            asked, _, part = name.rpartition("-")
            if part in ("day", "month", "year"):
                typed[name] = dict(zip(("year", "month", "day"), ANSWERS[asked].split("-"), strict=True))[
                    part
                ]
        for one in form.controls:
            if one.kind == "file":
                paper = self._paper()
                self.uploads[dossier] = sha256(paper.content).digest()
                typed[one.name] = paper
        return typed

    def _paper(self) -> Upload:
        noise = self.dice.randbytes(self.upload_bytes)
        return Upload("giấy ủy quyền.pdf", b"%PDF-1.7\n" + noise + b"\n%%EOF\n")

    def _submit(self, page: Page, dossier: str) -> None:
        browser, check = self.windows["resident"], f"/dossiers/{dossier}/check/"
        assert check in page.links(), f"{page.address}: {page.told()}"
        page = self._send("resident", browser.open(check).form(), {})
        assert page.path == f"/dossiers/{dossier}/sent/", f"{page.address} ({page.status}): {page.told()}"

    def _confirm(self, dossier: str) -> None:
        browser, path = self.windows["resident"], f"/dossiers/{dossier}/"
        form = browser.open(path).form(f"{path}draft/")
        page = self._send("resident", form, {}, press="answer=confirm")
        _acknowledged(page, path)

    def _act(self, dossier: str, act: str, who: str) -> None:
        browser, path = self.windows[who], f"/desk/dossiers/{dossier}"
        form = browser.open(path).form(f"{path}/acts/{act}")
        page = self._send(who, form, _ticks(form))
        if page.path == "/account/confirm/":
            page = self.officials[who].prove(browser, page)
            page = self._send(who, page.form(f"{path}/acts/{act}"), {})
        _acknowledged(page, path)

    def _send(self, who: str, form: Form, typed: Mapping[str, Typed], press: str = "") -> Page:
        """Send a form, and once more where the dice take the answer for lost."""
        page = self.windows[who].send(form, typed, press)
        if self.dice.random() < self.lost:
            again = self.windows[who].send(form, typed, press)
            assert (again.status, again.path) == (page.status, page.path), f"{again.address}: {again.told()}"
        return page


def _ticks(form: Form) -> dict[str, Typed]:
    """Return every box ticked that must be."""
    boxes = [one.value for one in form.controls if one.name == "confirmed"]
    return {"confirmed": boxes} if boxes else {}


def _acknowledged(page: Page, path: str) -> None:
    assert (page.status, page.path) == (OK, path), f"{page.address} ({page.status}): {page.told()}"
