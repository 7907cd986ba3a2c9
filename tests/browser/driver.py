"""A browser that counts what hands do: keys, pointer, pages; and hears what goes wrong.

A combination such as Alt+Z is one key of the budget; the time counts each key of it (strokes).
"""

from pathlib import Path

from playwright.sync_api import expect

AXE = Path(__file__).with_name("vendor") / "axe-core" / "axe.min.js"
HUMAN = 30  # ms between keys; faster is taken for a scanner
WATCH_POINTER = "addEventListener('pointerdown', () => countPointer(), {capture: true})"
MODIFIERS = ("Alt", "Control", "Shift", "Meta")


class Watched:
    """One page with counters."""

    def __init__(self, page, address):
        self.page, self.address = page, address
        self.start_counting()
        self.outside: list[str] = []
        self.faults: list[str] = []
        page.expose_function("countPointer", self._on_pointer)
        page.add_init_script(WATCH_POINTER)
        page.on("request", self._on_request)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._on_console)
        page.on("framenavigated", self._on_navigated)
        self._devtools = page.context.new_cdp_session(page)

    def start_counting(self):
        self.keys = self.strokes = self.thoughts = self.pointer = self.pages = 0

    def think(self):
        """Count a mental step: one thing is read, remembered or decided."""
        self.thoughts += 1

    def press(self, *keys):
        """Press keys one after the other, as slowly as fast fingers do."""
        for key in keys:
            self._count(1 + sum(part in MODIFIERS for part in key.split("+")[:-1]))
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(HUMAN)

    def type(self, text):
        """Type characters with the input method off."""
        for character in text:
            self.press(character)

    def take_down(self, text):
        """Type what somebody says word by word: it takes the time of speaking, not of keys."""
        self.page.keyboard.insert_text(text)
        self.page.wait_for_timeout(HUMAN)

    def compose(self, romaji, kana, result):
        """Type with the input method on: letters, Space to convert, Enter to accept."""
        self.compose_only(romaji, kana)
        self.process_key(" ")
        self._show(result)
        self.process_key("Enter")
        self.accept(result)

    def compose_only(self, romaji, kana):
        """Type letters into the input method and leave them unconverted."""
        typed = len(romaji)
        for count in range(1, typed + 1):
            self.process_key(romaji[count - 1])
            started = kana[: count * len(kana) // typed] + romaji[count - 1]
            self._show(kana if count == typed else started)

    def accept(self, result):
        """End the composition with a result, as a click on a candidate does."""
        self._devtools.send("Input.insertText", {"text": result})
        self.page.wait_for_timeout(HUMAN)

    def process_key(self, key):
        """Press a key that the input method takes for itself."""
        self._count()
        letter = f"Key{key.upper()}" if len(key) == 1 else key
        code = {" ": "Space"}.get(key, letter)
        self._dispatch({"key": "Process", "code": code, "windowsVirtualKeyCode": 229})

    def full_width_digit(self, digit):
        """Press a digit as Chromium reports it while the input method is on."""
        self._count()
        key = chr(ord(digit) + 0xFEE0)
        self._dispatch({"key": key, "code": f"Digit{digit}"})

    def scan(self, text, *, pause=0):
        """Read a card as a USB scanner types it: no pause between the keys, Enter at the end.

        pause: milliseconds after the first half, as of a scanner whose radio was away.
        """
        for at, character in enumerate(text):
            if at == len(text) // 2:
                self.page.wait_for_timeout(pause)
            self.page.keyboard.press(character)
        self.page.keyboard.press("Enter")

    def scan_into_input_method(self, text):
        """The same while the input method is on: it takes every key and leaves its own letters."""
        for at, character in enumerate(text):
            code = "Digit5" if character == "%" else f"Key{character}"
            code = f"Digit{character}" if character.isdigit() else code
            shift = 0 if character.isdigit() else 8
            key = {"key": "Process", "code": code, "windowsVirtualKeyCode": 229, "modifiers": shift}
            self._dispatch(key)
            shown = text[: at + 1]
            end = {"selectionStart": len(shown), "selectionEnd": len(shown)}
            self._devtools.send("Input.imeSetComposition", {"text": shown} | end)
        self._dispatch({"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229})
        self.accept(text)

    def hold(self, key, times):
        """Hold a key down so long that it repeats."""
        for _ in range(times):
            self.page.keyboard.down(key)
        self.page.keyboard.up(key)

    def see(self, text, *, within="main"):
        """Wait until words are on the page, and its keys work."""
        expect(self.page.locator(within)).to_contain_text(text)
        self.page.wait_for_load_state()

    def focused(self):
        """Return a short description of what has the focus."""
        return self.page.evaluate(
            "(({tagName, id, className, name}) => `${tagName}#${id}.${className}[${name}]`)"
            "(document.activeElement)"
        )

    def violations(self):
        """Return what axe-core finds wrong with the page."""
        self._devtools.send("Page.setBypassCSP", {"enabled": True})
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        return self.page.evaluate(
            "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
            ".map(({id, nodes}) => [id, ...nodes.slice(0, 5).map((node) => node.html)].join(' | '))"
        )

    def check(self):
        """Assert that nothing left the laptop and nothing failed."""
        assert self.outside == []
        assert self.faults == [], self.faults

    def _count(self, strokes=1):
        self.keys += 1
        self.strokes += strokes

    def _on_pointer(self):
        self.pointer += 1

    def _show(self, text):
        end = {"selectionStart": len(text), "selectionEnd": len(text)}
        self._devtools.send("Input.imeSetComposition", {"text": text} | end)
        self.page.wait_for_timeout(HUMAN)

    def _dispatch(self, key):
        for kind in ("rawKeyDown", "keyUp"):
            self._devtools.send("Input.dispatchKeyEvent", {"type": kind} | key)

    def _on_request(self, request):
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.outside.append(request.url)

    def _on_console(self, message):
        if message.type in ("error", "warning"):
            self.faults.append(message.text)

    def _on_navigated(self, frame):
        if frame == self.page.main_frame:
            self.pages += 1
