"""What is typed stays: keys that submit the right thing, files and other people that cost no word."""

from playwright.sync_api import Page, expect

from shouwen.casework.models import ComplaintRow
from tests.browser.conftest import DESKTOP, PHONE, SignIn
from tests.browser.test_main_line import act, case, no_sideways_scroll, register

AGENT, CONTACT, SUPERVISOR = "100101", "11110101", "100110"
FACTS = "经调阅录像核实，当日上午仅开一个窗口。"


def test_enter_saves_and_control_enter_sends(sign_in: SignIn) -> None:
    page = sign_in(AGENT)
    page.goto("/register/")
    before = ComplaintRow.objects.count()
    page.locator("#id_subject").fill("排队")
    page.locator("#id_subject").press("Enter")
    expect(page.locator(".alert-ok")).to_contain_text("草稿已保存")
    expect(page.locator("#id_subject")).to_have_value("排队")
    page.locator("#id_statement").press("Control+Enter")
    expect(page.locator(".error-summary")).to_contain_text("请填写“投诉内容”")
    assert ComplaintRow.objects.count() == before


def test_a_file_uploaded_meanwhile_costs_no_word_and_an_abandoned_form_is_there_again(sign_in: SignIn) -> None:
    number = register(sign_in(AGENT))
    page = case(sign_in(CONTACT), number)
    act(page, "sign-for")
    facts = page.locator('form[action$="/act/investigate/"] [name="facts"]')
    facts.fill(FACTS)
    page.set_input_files("#file", files=[{"name": "a.txt", "mimeType": "text/plain", "buffer": b"note"}])
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.locator(".file")).to_be_visible()
    expect(facts).to_have_value(FACTS)
    expect(page.locator('[data-autosave-state][data-state="saved"]').first).to_be_visible()
    case(page, number)
    expect(facts).to_have_value(FACTS)


def test_personal_data_shown_once_are_masked_when_the_page_is_loaded_again(sign_in: SignIn) -> None:
    number = register(sign_in(AGENT))
    page: Page = case(sign_in(SUPERVISOR), number)
    page.locator('details:has(form[action$="/reveal/"]) summary').click()
    page.locator("#reveal-reason").fill("回访客户")
    page.locator('form[action$="/reveal/"] button').click()
    expect(page.get_by_text("13812345678").first).to_be_visible()
    page.reload()
    expect(page.get_by_text("13812345678")).to_have_count(0)


def test_english_fits_on_a_phone(sign_in: SignIn) -> None:
    number = register(sign_in(AGENT, DESKTOP))
    page = sign_in(CONTACT, PHONE)
    page.context.add_cookies([{"name": "shouwen_language", "value": "en", "url": page.url}])
    for address in ("/tasks/", "/register/", f"/complaints/{number}/", "/policy/", "/calendar/"):
        page.goto(address)
        assert no_sideways_scroll(page), address
