"""What a page costs a reader, measured by Chromium's own protocol."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Page

# Lighthouse's slow 4G: 1.6 Mb/s down, 750 kb/s up, 150 ms round trip; a phone four times slower.
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SLOWER_CPU = 4

LCP = """() => new Promise(done => {
  let last = 0;
  new PerformanceObserver(list => { for (const entry of list.getEntries()) last = entry.startTime; })
    .observe({type: 'largest-contentful-paint', buffered: true});
  setTimeout(() => done(last), 500);
})"""


@dataclass(frozen=True)
class Load:
    """`transferred` counts bytes on the wire, headers included; `lcp_ms` is the largest paint."""

    transferred: int
    by_address: dict[str, int]
    lcp_ms: float


def first_load(page: Page, address: str, *, slow: bool = False) -> Load:
    """Open `address` with an empty cache and return what it cost."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("Network.enable")
    protocol.send("Network.clearBrowserCache")
    if slow:
        protocol.send("Network.emulateNetworkConditions", SLOW_4G)
        protocol.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_CPU})
    addresses: dict[str, str] = {}
    bytes_of: dict[str, int] = {}

    def asked(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def came(event: dict[str, Any]) -> None:
        asked_for = addresses.get(event["requestId"])
        if asked_for:  # else it was asked for by the page before
            bytes_of[asked_for] = int(event["encodedDataLength"])

    protocol.on("Network.requestWillBeSent", asked)
    protocol.on("Network.loadingFinished", came)
    page.goto(address, wait_until="networkidle")
    lcp_ms = float(page.evaluate(LCP))
    return Load(sum(bytes_of.values()), bytes_of, lcp_ms)


def phone(context: BrowserContext) -> Page:
    """Return a page of a phone 360 px wide."""
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    return page
