"""Look at pages with Debian's Chromium and judge them with axe-core."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

AXE = Path(__file__).parents[1] / "browser" / "vendor" / "axe-core" / "axe.min.js"
PATIENCE = 30_000  # ms; two processes test at once
CHROMIUM = os.environ.get("VICTIM_SUPPORT_CHROMIUM", "/usr/bin/chromium")


@contextmanager
def launched() -> Iterator[Browser]:
    """Start the browser; tests get it as the fixture ``chromium``."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def empty_page(browser: Browser) -> Iterator[Page]:
    """Open one page of its own session."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def open_page(page: Page, url: str) -> None:
    response = page.goto(url)
    assert response is not None
    assert response.ok, f"{url} answers {response.status}"


def violations(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """Run axe-core with the enhanced contrast rule (7:1) in an isolated world of the page.

    Args:
        page: The page, as it looks now.
        rules: Only these; every rule when left out.
    """
    client = page.context.new_cdp_session(page)
    frame = client.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = client.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "eyes"})

    def run(expression: str) -> Any:
        asked = {"contextId": world["executionContextId"], "expression": expression}
        how = {"awaitPromise": True, "returnByValue": True}
        return client.send("Runtime.evaluate", asked | how)["result"].get("value")

    if not run("typeof axe === 'object'"):
        run(AXE.read_text(encoding="utf-8") + "; 1")
    options: dict[str, Any] = {"rules": {"color-contrast-enhanced": {"enabled": True}}}
    if rules:
        options = {"runOnly": {"type": "rule", "values": list(rules)}}
    # The mark of training over a sheet is decoration; it must not hide what lies under it.
    left_out = json.dumps({"exclude": [[".sheet-training"]]})
    found = run(
        f"axe.run({left_out}, {json.dumps(options)}).then(r => JSON.stringify(r.violations))"
    )
    client.detach()
    return [f"{each['id']}: {node['html']}" for each in json.loads(found) for node in each["nodes"]]


def unusable_by_keys(page: Page) -> list[str]:
    """Return what of a page the keyboard cannot use, in one question: cheaper than walking by Tab.

    Each stop must take the focus, show it, and let the Tab key go on; nothing that can be pressed
    may be out of the order.
    """
    found: list[str] = page.evaluate(TRY_STOPS)
    return found


TRY_STOPS = """() => {
  const seen = [...document.querySelectorAll(
      "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]")]
    .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.disabled)
    .filter((one) => !one.closest(".leaflet-container"));
  const isRing = (one) => {
    const style = one && getComputedStyle(one);
    return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  };
  const before = document.activeElement;
  const faults = seen.flatMap((one) => {
    if (one.tabIndex < 0) return [["left out of the Tab order", one]];
    one.focus({focusVisible: true, preventScroll: true});
    if (document.activeElement !== one) return [["takes no focus", one]];
    const key = {key: "Tab", code: "Tab", bubbles: true, cancelable: true};
    const tab = new KeyboardEvent("keydown", key);
    if (!one.dispatchEvent(tab)) return [["keeps the Tab key", one]];
    const isShown = [one, one.nextElementSibling, one.closest("label")].some(isRing);
    return isShown ? [] : [["shows no focus", one]];
  });
  before?.focus({preventScroll: true});
  return faults.map(([words, one]) => `${words}: ${one.outerHTML.slice(0, 120)}`);
}"""


def unreached(page: Page) -> list[str]:
    """Walk through a page by Tab alone; return what was not reached, or had no visible focus."""
    page.emulate_media(reduced_motion="reduce")  # a page that still glides is not yet there
    stops = page.evaluate(WATCH_FOCUS)
    for _ in range(stops):
        page.keyboard.press("Tab")
    found: list[str] = page.evaluate("() => window.walked()")
    return found


WATCH_FOCUS = """() => {
  const stops = [...document.querySelectorAll(
      "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
    .filter((one) => one.checkVisibility() && !one.disabled && one.tabIndex >= 0);
  const all = stops.filter((one) => !one.closest(".leaflet-container"));
  const asked = (one) => one.type === "radio" ? `${one.form?.action} ${one.name}` : one;
  const reached = new Set(), faint = new Set();
  const isRing = (one) => {
    const style = one && getComputedStyle(one);
    return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  };
  const see = () => {
    const one = document.activeElement, box = one.getBoundingClientRect();
    reached.add(asked(one));
    if (one === document.body) return;
    const isShown = [one, one.nextElementSibling, one.closest("label")].some(isRing);
    const isInView = box.bottom > 0 && box.top < innerHeight;
    if (!isShown) faint.add([one, "no visible focus"]);
    if (!isInView) faint.add([one, `out of view at ${Math.round(box.top)}`]);
  };
  document.addEventListener("keyup", see);  // by then the page has been scrolled to it
  all[0]?.focus();
  reached.add(asked(all[0]));
  window.walked = () => [
    ...all.filter((one) => !reached.has(asked(one))).map((one) => ["not reached", one]),
    ...[...faint].map(([one, why]) => [why, one]),
  ].map(([what, one]) => `${what}: ${one.outerHTML.slice(0, 90)}`);
  return stops.length;
}"""
