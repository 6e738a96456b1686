"""The club as a newcomer sees it: `guanxi try`, a browser, and the people in it. Screenshots are in artefacts/."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
ARTEFACTS = ROOT / "artefacts"
FLAGS = [
    f"--{flag}"
    for flag in (
        "headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run",
        "disable-background-networking", "disable-component-update", "disable-sync",
    )
]  # fmt: skip
PATIENCE = 15_000
"""Milliseconds that something may take to appear on a busy machine."""
JOURNEY = 60_000
"""The same where days go by: the club lives through each hour of it."""
ANA, XIAOMING, MEILING, NEWEST, CLERK, OWNER = 1001, 1002, 1003, 1043, 9002, 9001
"""`NEWEST`: the last in the list of customers."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        missing = "no chromium on the PATH: install your system's package of that name to run the browser tests"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """`guanxi try` on a free port; its one address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "try", "--port", "0"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "TZ": "UTC"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = next(line for line in process.stdout if "http" in line)
        yield line.split()[-1]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=15)
        if process.stdout is not None:
            process.stdout.close()


class Window:
    """The page with a customer at the left and a colleague in the staff group at the right."""

    def __init__(self, browser: Browser, address: str, persona: int, language: str = "en") -> None:
        self.page: Page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="UTC")
        self.page.set_default_timeout(PATIENCE)
        self.page.goto(f"{address}?persona={persona}&peer={OWNER}&lang={language}&split=1&theme=light")
        self.page.locator('#app[data-live="true"]').wait_for()
        self.left = Pane(self.page.get_by_test_id("pane-left"))
        self.right = Pane(self.page.get_by_test_id("pane-right"))

    def travels(self, label: str, day: str) -> None:
        """Jump to a moment that the bot has published."""
        more = self.page.get_by_test_id("more-bookmarks")
        if more.count() and more.get_attribute("data-all") == "no":
            more.click()
        bookmarks = self.page.get_by_test_id("bookmark").filter(has_text=label)
        bookmarks.filter(has_text=re.compile(rf"(?<!\d){day}")).first.click(timeout=JOURNEY)

    def shot(self, name: str) -> None:
        ARTEFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=ARTEFACTS / f"{name}.png")


class Pane:
    """One phone on the page."""

    def __init__(self, pane: Locator) -> None:
        self._pane = pane

    def says(self, text: str) -> None:
        self._pane.get_by_test_id("composer").fill(text)
        self._pane.get_by_test_id("send").click()

    def presses(self, label: str) -> None:
        self._pane.get_by_test_id("button").filter(has_text=label).last.click()

    def reads(self, text: str, patience: int = PATIENCE) -> None:
        expect(self._pane.get_by_test_id("message").filter(has_text=re.compile(re.escape(text))).last).to_be_visible(
            timeout=patience
        )

    def finds(self, pattern: str) -> str:
        """The first group of what stands in the newest message that has it."""
        message = self._pane.get_by_test_id("message").filter(has_text=re.compile(pattern)).last
        expect(message).to_be_visible(timeout=PATIENCE)
        found = re.search(pattern, message.inner_text())
        assert found is not None
        return found[1]

    def starts(self) -> None:
        self._pane.get_by_test_id("start").click()

    def sends_a_photo(self) -> None:
        self._pane.get_by_test_id("attach").click()
        self._pane.page.get_by_test_id("sample-photo").click()


def test_ana_joins_complains_is_helped_and_is_greeted(browser: Browser, address: str) -> None:
    window = Window(browser, address, ANA)
    ana, staff = window.left, window.right
    today = datetime.now(UTC).date()
    birthday = today + timedelta(days=14)

    ana.starts()
    ana.reads("Ana")
    ana.presses("Join the club")
    ana.presses("I agree")
    ana.reads("What may we call you")
    ana.presses("Ana")
    ana.reads("birthday")
    ana.says(f"{birthday:%-d %B}")
    ana.reads("Which city")
    ana.says("London")
    ana.reads("What do you care about")
    ana.says("green tea")
    ana.reads("Last question")
    ana.presses("Yes")
    ana.reads("You are a member of Tea & Time now")
    ana.reads("20 points")
    window.shot("joined")

    ana.says("Can I hire your room for a wedding?")
    staff.reads("Can I hire your room for a wedding?")
    ana.presses("Menu")
    ana.presses("Make a complaint")
    ana.reads("photo")
    ana.sends_a_photo()
    ana.reads("#1003")
    staff.reads("#1003")
    staff.presses("I take it")
    ana.reads("Lao Li")
    window.shot("complaint")
    staff.presses("Put right")
    staff.reads("What has been put right")  # what is written before the question is no answer to it
    staff.says("A new cup is at the till for you.")
    ana.reads("We are sorry")
    staff.presses("Resolve")
    staff.presses("Delivery")
    ana.reads("resolved")
    window.shot("resolved")

    window.travels("Three days a member", "")
    # and not how she likes it here: she has just complained
    ana.reads("Is everything well now", patience=JOURNEY)
    ana.presses("😀")
    ana.reads("Thank you, that helps us")
    window.shot("feedback")
    window.travels("Birthday", f"{today + timedelta(days=12):%-d %b}")  # the demo's member comes first
    window.travels("Birthday", f"{birthday:%-d %b}")
    ana.reads("Happy birthday", patience=JOURNEY)
    window.shot("greeted")


def test_the_shopkeepers_day(browser: Browser, address: str) -> None:
    """Join, buy, earn, reach a tier; redeem in one window, be scanned in the other; bring something back."""
    window = Window(browser, address, ANA)
    ana, staff = window.left, window.right

    ana.starts()
    ana.presses("Join the club")
    ana.presses("I agree")
    ana.presses("Ana")
    ana.reads("birthday")
    ana.says("/skip")
    ana.reads("Which city")
    ana.says("/skip")
    ana.reads("What do you care about")
    ana.says("/skip")
    ana.reads("Last question")
    ana.presses("Yes")
    number = ana.finds(r"No\. (\d+)")

    staff.says(f"/sale {number} Longjing tea 100 g x2")
    staff.reads("36 points earned")
    ana.reads("Thank you for your purchase")
    staff.says(f"/sale {number} Teapot x12")
    ana.reads("you are Silver now")
    window.shot("silver")

    ana.presses("My points")
    ana.reads("▰▰▰▱")
    window.shot("points")
    ana.presses("Rewards")
    ana.presses("A pot of tea")
    ana.presses("Redeem")
    ana.reads("until then nothing is spent")
    ana.presses("Redeem")
    ana.reads("It is yours")
    code = ana.finds(r"([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]+)")
    window.shot("voucher")

    staff.says(f"/scan {number}")
    staff.reads("Silver")
    staff.says(f"/voucher {code}")
    staff.presses("Redeem now")
    staff.reads("You can hand it out now")
    ana.reads("has just been used")
    staff.says(f"/voucher {code}")
    staff.reads("used")
    window.shot("redeemed")

    order = staff.finds(r"Order ([0-9A-Z]{6})")
    staff.says(f"/return {order} x11")
    staff.reads("Points taken: 528")
    ana.reads("We have taken back")
    ana.says("/points")
    ana.reads("416 more until Silver")
    window.shot("returned")


def test_a_complaint_in_simplified_chinese_from_first_word_to_last(browser: Browser, address: str) -> None:
    window = Window(browser, address, XIAOMING, "zh-hans")
    xiaoming, staff = window.left, window.right
    xiaoming.starts()
    xiaoming.presses("我要投诉")
    xiaoming.reads("照片")
    xiaoming.says("杯子裂了")
    xiaoming.reads("您的投诉编号是 #1002")
    staff.presses("I take it")
    xiaoming.reads("Lao Li")
    staff.says("/reply 1002 给您换一个新的")
    xiaoming.reads("给您换一个新的")
    xiaoming.says("/status")
    xiaoming.reads("杯子裂了")
    window.shot("zh-hans")


def test_the_member_of_the_demo_reads_her_card_in_traditional_chinese(browser: Browser, address: str) -> None:
    window = Window(browser, address, MEILING, "zh-hant")
    window.left.says("/me")
    window.left.reads("會員編號")
    window.left.presses("隱私")
    window.left.reads("加密")
    window.shot("zh-hant")


def test_the_staff_is_in_sight_however_many_customers_there_are(browser: Browser, address: str) -> None:
    page = Window(browser, address, NEWEST).page
    for person in (OWNER, CLERK, NEWEST):
        expect(page.get_by_test_id(f"persona-{person}")).to_be_in_viewport(ratio=0.9, timeout=PATIENCE)
    expect(page.get_by_test_id(f"persona-{ANA}")).not_to_be_in_viewport()


def test_on_a_telephone_one_chat_fills_the_screen(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(f"{address}?persona={ANA}&lang=en")
    page.locator('#app[data-live="true"]').wait_for()
    page.get_by_test_id("start").click()
    expect(page.get_by_test_id("button").filter(has_text="Join the club")).to_be_visible(timeout=PATIENCE)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "nothing sticks out at the side"
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / "telephone.png")


def test_a_staff_group_with_topics_is_seen_and_used_in_the_page(browser: Browser, address: str) -> None:
    window = Window(browser, address, ANA)
    pane = window.page.get_by_test_id("pane-right")
    window.left.starts()
    pane.get_by_test_id("group-menu").click()
    window.page.get_by_test_id("switch-topics").click()
    expect(pane.get_by_test_id("topic-general")).to_be_visible(timeout=PATIENCE)
    pane.get_by_test_id("topic-general").click()
    pane.get_by_test_id("composer").fill("Good morning")
    pane.get_by_test_id("composer").press("Enter")  # the bot sees that the group has topics
    pane.get_by_test_id("all-topics").click()
    window.left.says("/complain The cup was cracked")
    row = pane.locator(".topic-row").filter(has_text="Ana")
    expect(row).to_contain_text("new", timeout=PATIENCE)
    row.click()
    expect(pane.get_by_test_id("topic-name")).to_contain_text("Ana", timeout=PATIENCE)
    expect(pane.get_by_test_id("message").last).to_contain_text("The cup was cracked", timeout=PATIENCE)
    window.page.screenshot(path=ARTEFACTS / "topics.png")
    pane.get_by_test_id("topic-menu").click()
    window.page.get_by_test_id("delete-topic").click()
    expect(pane.locator(".topic-row").filter(has_text="Ana")).to_have_count(0)
    window.left.says("It was the white one.")
    expect(pane.locator(".topic-row").filter(has_text="Ana")).to_be_visible(timeout=PATIENCE)
