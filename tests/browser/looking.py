"""How the browser tests look at a page: two widths, two languages; PICTURES=yes keeps a picture of each."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

PASSWORD = "hu-xin-da-sha-2026"
PICTURES = Path(__file__).resolve().parents[2] / "test-results"
WIDTHS = {"phone": 390, "desk": 1280}
LANGUAGES = {"zh": "zh-Hans", "en": "en"}
_AREAS = "console|api|reasons|errors|intake|graph|needs|products|consents|events|groups|facts|cases|timeline"
KEY = re.compile(rf"\b(?:{_AREAS})\.[a-z_]+(?:\.[a-z_]+)*\b")
_SESSIONS: dict[tuple[str, str], Any] = {}  # address and name: the cookies of one who is in
SIDEWAYS = """() => [document.documentElement,
    ...document.querySelectorAll('.qx-card, .qx-side, .qx-chosen, .qx-table td, header, footer')]
  .filter((part) => part.scrollWidth > part.clientWidth + 1)
  .map((part) => `${part.tagName}.${part.className} ${part.scrollWidth}>${part.clientWidth}`)"""


# Everything that the page asks for when it is loaded has come in.
SETTLED = """() => document.readyState === 'complete'
  && !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')
  && [...document.querySelectorAll('[hx-trigger~="load"]')].every((part) => 'htmx-internal-data' in part)"""


def look(page: Page, name: str, language: str, width: str) -> None:
    """Check what every page must hold; keep a picture where they are wanted."""
    page.wait_for_function(SETTLED)
    if os.environ.get("PICTURES") == "yes":
        PICTURES.mkdir(exist_ok=True)
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
    other = LANGUAGES["en" if page.locator("html").get_attribute("lang") == LANGUAGES["zh"] else "zh"]
    page.locator("button[name=language]").click()
    expect(page.locator("html")).to_have_attribute("lang", other)
    page.wait_for_function(SETTLED)


def enter(page: Page, name: str) -> None:
    """Log in, in Chinese: at the door the first time, by the same session from then on."""
    page.goto("/login")
    door = (page.url, name)
    if door in _SESSIONS:
        page.context.add_cookies(_SESSIONS[door])
        page.goto("/")
        if page.locator("html").get_attribute("lang") != LANGUAGES["zh"]:
            switch(page)
        expect(page.locator(".qx-menu").first).to_be_visible()
        page.wait_for_function(SETTLED)
        return
    _log_in(page, name)
    _SESSIONS[door] = page.context.cookies()


def choose(page: Page, *names: str) -> None:
    """Follow the menu by its names: a group, then a page of it."""
    for name in names:
        page.locator(".qx-menu a", has_text=re.compile(f"^{name}$")).last.click()
        expect(page.locator(".qx-menu a[aria-current]", has_text=name).first).to_be_visible()
    page.wait_for_function(SETTLED)


def _log_in(page: Page, name: str) -> None:
    if page.locator("html").get_attribute("lang") != LANGUAGES["zh"]:
        switch(page)
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.locator(".qx-login-form button").click()
    expect(page.locator(".qx-menu").first).to_be_visible()
    page.wait_for_load_state("load")  # the page's script is at work


def at_work(page: Page, selector: str) -> None:
    """Wait until the page's script knows a part that has just come in: before that a key press is lost."""
    known = "(selector) => 'htmx-internal-data' in (document.querySelector(selector) ?? {})"
    page.wait_for_function(known, arg=selector)
