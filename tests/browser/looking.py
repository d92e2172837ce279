"""How the browser tests look at a page: in two widths and two languages, with a picture kept of each."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

PASSWORD = "hu-xin-da-sha-2026"
PICTURES = Path(__file__).resolve().parents[2] / "test-results"
WIDTHS = {"phone": 390, "desk": 1280}
LANGUAGES = {"zh": "zh-Hans", "en": "en"}
_AREAS = "console|api|reasons|errors|intake|graph|needs|products|consents|events|groups|facts|cases|timeline"
KEY = re.compile(rf"\b(?:{_AREAS})\.[a-z_]+(?:\.[a-z_]+)*\b")
SIDEWAYS = """() => [document.documentElement,
    ...document.querySelectorAll('.qx-card, .qx-side, .qx-chosen, .qx-table td, header, footer')]
  .filter((part) => part.scrollWidth > part.clientWidth + 1)
  .map((part) => `${part.tagName}.${part.className} ${part.scrollWidth}>${part.clientWidth}`)"""


def look(page: Page, name: str, language: str, width: str) -> None:
    """Keep a picture and check what every page must hold."""
    PICTURES.mkdir(exist_ok=True)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}-{width}-{language}.png", full_page=True)
    assert page.locator(".qx-status").count() == 0  # an error's page
    assert page.evaluate(SIDEWAYS) == []
    assert page.locator("html").get_attribute("lang") == LANGUAGES[language]
    assert KEY.findall(page.inner_text("body")) == []


def look_everywhere(page: Page, name: str) -> None:
    """The page as it is at both widths, then the same in English; ends in Chinese at the desk's width."""
    for language in ("zh", "en"):
        page.set_viewport_size({"width": WIDTHS["desk"], "height": 860})
        if page.locator("html").get_attribute("lang") != LANGUAGES[language]:
            switch(page)
        for width in ("phone", "desk"):
            page.set_viewport_size({"width": WIDTHS[width], "height": 860})
            look(page, name, language, width)
    switch(page)


def switch(page: Page) -> None:
    """To the other language; the page is loaded anew."""
    page.locator("button[name=language]").click()
    page.wait_for_load_state("networkidle")


def enter(page: Page, name: str) -> None:
    """Log in, in Chinese."""
    page.goto("/")
    if page.locator("html").get_attribute("lang") != LANGUAGES["zh"]:
        switch(page)
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.locator(".qx-login-form button").click()
    expect(page.locator(".qx-menu")).to_be_visible()
    page.wait_for_load_state("load")  # the page's script is at work


def at_work(page: Page, selector: str) -> None:
    """Wait until the page's script knows a part that has just come in: before that a key press is lost."""
    known = "(selector) => 'htmx-internal-data' in (document.querySelector(selector) ?? {})"
    page.wait_for_function(known, arg=selector)
