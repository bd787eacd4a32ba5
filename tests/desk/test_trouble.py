"""What cannot be answered is a page of the desk: it says what to do, and the rail leads on."""

import pytest
from django.test import Client

from tests.desk.bank import AGENT, signed_in

REFUSED = {
    "/complaints/TS2020-99999999/": (404, "没有找到", "Nothing found"),
    "/settings/messages/": (403, "您的岗位不能打开这个页面", "Not open to your duties"),
}


@pytest.fixture
def agent(staffed: None) -> Client:
    return signed_in(AGENT)


@pytest.mark.parametrize(("address", "status", "zh", "en"), [(address, *said) for address, said in REFUSED.items()])
def test_a_refused_address_says_so_in_the_readers_language_beside_the_rail(
    agent: Client, address: str, status: int, zh: str, en: str
) -> None:
    for language, words in (("zh-hans", zh), ("en", en)):
        agent.cookies["shouwen_language"] = language
        answer = agent.get(address)
        assert answer.status_code == status
        page = answer.content.decode()
        assert f"<h1>{words}</h1>" in page
        assert 'class="rail"' in page
        assert 'href="/"' in page


def test_an_address_that_only_gives_pages_says_that_nothing_was_changed(agent: Client) -> None:
    answer = agent.post("/tasks/")
    assert answer.status_code == 405
    assert "这个地址不能这样打开" in answer.content.decode()
    assert 'class="rail"' in answer.content.decode()
