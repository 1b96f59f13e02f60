"""Draw the pictures of the README: the demo, driven in headless Chromium as a person would.

Needs Chromium and the packages of requirements/screenshots.txt. Run: make screenshots
"""

import argparse
import asyncio
import re
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import async_playwright

IMAGES = Path(__file__).parent.parent / "docs" / "images"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
SIZE = {"width": 1000, "height": 760}
QUOTH = Path(__file__).parent.parent / ".venv" / "bin" / "quoth"
TO_THE_END = "place => { for (let at = place; at; at = at.parentElement) at.scrollTop = at.scrollHeight }"
PATIENCE = 10_000
"""Milliseconds to wait for what should be there at once."""


@asynccontextmanager
async def demo():
    """The demo in a process of its own; gives the address of its page."""
    process = await asyncio.create_subprocess_exec(QUOTH, "demo", "--seed", "7", stdout=asyncio.subprocess.PIPE)
    try:
        async with asyncio.timeout(60):
            while True:
                line = (await process.stdout.readline()).decode()
                if found := re.search(r"http://127\S+", line):
                    break
                if not line:
                    raise SystemExit("the demo ended before it showed its page")
        yield found.group()
    finally:
        process.terminate()
        await process.wait()


class Person:
    """Somebody at the demo's page."""

    def __init__(self, page):
        self.page = page
        self.box = page.locator("#channel-composer-input")

    async def command(self, name, **options):
        """Type a slash command, choose each option from the list, pick the suggestion that holds a text, send it."""
        await self.box.click()
        await self.page.keyboard.type(f"/{name}", delay=20)
        await self.page.get_by_text(f"/{name}").last.wait_for()
        await self.page.keyboard.press("Enter")
        for option, value in options.items():
            await self.page.get_by_role("option", name=option).first.click()
            await self.page.keyboard.type(value, delay=20)
            await self.pause()

    async def send(self):
        """Choose what is marked and send the command."""
        await self.page.keyboard.press("Enter")
        await self.pause(300)
        await self.page.keyboard.press("Enter")
        await self.pause(1200)

    async def press(self, label, which=-1):
        """Press a button of an answer: the last one with that label, unless said otherwise."""
        await self.page.locator("#channel-timeline").get_by_role("button", name=label, exact=True).nth(which).click()
        await self.pause(1200)

    async def say(self, text):
        """Write a message."""
        await self.box.click()
        await self.page.keyboard.type(text, delay=5)
        await self.page.keyboard.press("Enter")
        await self.pause()

    async def pause(self, milliseconds=700):
        """Give the page time to draw."""
        await self.page.wait_for_timeout(milliseconds)

    async def picture(self, name):
        """Keep what is seen, the newest message in sight."""
        await self.pause(1500)
        await self.page.locator("#channel-timeline").evaluate(TO_THE_END)
        await self.pause()
        await self.page.screenshot(path=IMAGES / f"{name}.png")


async def main(chromium):
    IMAGES.mkdir(parents=True, exist_ok=True)
    async with demo() as address, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = await browser.new_page(viewport=SIZE, color_scheme="dark")
        page.set_default_timeout(PATIENCE)
        await page.goto(address)
        person = Person(page)
        await person.pause(1500)
        await person.command("quote", about="rus")
        await person.picture("suggestions")
        await person.send()
        await person.picture("quote")
        await person.press("Context")
        await person.picture("context")
        await person.press("Cite", which=-1)
        await person.say("@Quoth qoute rusia")
        await person.command("quote", about="pizza")
        await person.send()
        await person.pause(1500)
        await person.command("verify")
        await page.keyboard.type("“NATO does want a new Cold War or arms race.”", delay=5)
        await person.send()
        await person.pause(1500)
        await person.picture("verify")
        await person.command("timeline")
        await page.keyboard.type("dual", delay=20)
        await person.pause()
        await person.send()
        await person.pause(3000)
        await person.picture("timeline")
        await browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    asyncio.run(main(parser.parse_args().chromium))
