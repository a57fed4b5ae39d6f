"""POST /api/v1/scans over HTTP: what a door relies on."""

import pytest

from tests import make


@pytest.fixture
def post(client, door):
    """Deliver items as the door, and return the results."""
    _device, key = door

    def deliver(*items, **envelope):
        answer = client.post(
            "/api/v1/scans",
            json=make.batch(*items, **envelope),
            headers={"Authorization": f"Bearer {key}"},
        )
        assert answer.status_code == 200, answer.text
        return answer.json["results"]

    return deliver


def test_a_live_card_is_welcome_and_counted(post, tonight, mei):
    [result] = post(make.item(make.code(mei), tonight))

    assert result["status"] == "stored"
    assert result["verdict"] == "welcome"
    assert result["member"] == {"name_masked": "陈*"}
    assert result["count"] == result["session"]["present"] == 1


def test_the_same_delivery_again_gets_the_same_answer_but_for_its_status(post, tonight, mei):
    item = make.item(make.code(mei), tonight)
    [first] = post(item)

    [again] = post(item)

    assert again == first | {"status": "replay"}
