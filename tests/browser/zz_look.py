from tests.browser.test_chat_page import *
import tests.browser.test_chat_page as t
t.PATIENCE = 60000
t.ARTEFACTS = Path("/tmp/looktests/shots")
import time

def snap(window, name):
    time.sleep(1.5); window.shot(name)

def test_look_meiling(browser: Browser, address: str) -> None:
    window = Window(browser, address, MEILING, "zh-hant")
    m, staff = window.left, window.right
    m.says("/me"); m.reads("會員"); snap(window, "me_hant")
    m.says("/family"); time.sleep(3); snap(window, "family1")
    m.presses("新增"); time.sleep(2); snap(window, "family2")
    m.says("/cancel"); time.sleep(1)
    m.says("/preferences"); time.sleep(3); snap(window, "pref1")
    m.says("靠窗的位子"); time.sleep(2); snap(window, "pref2")
    staff.says("/sale"); time.sleep(3); snap(window, "sale1")
    staff.says("10017"); time.sleep(3); snap(window, "sale2")
    staff.says("/customer 10017"); time.sleep(3); snap(window, "customer")
    staff.says("/merge"); time.sleep(3); snap(window, "merge")
    m.says("/points"); time.sleep(2); snap(window, "points_hant")
    m.says("/rewards"); time.sleep(2); snap(window, "rewards_hant")
