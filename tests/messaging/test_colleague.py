"""提醒同事 about something that is no complaint: once, at the office address, with the page to look at."""

from django.utils import timezone
from pytest_django.fixtures import Settings

from shouwen.casework.follow_ups import tell_colleague as queue
from shouwen.core.people import Actor
from shouwen.messaging import outbox
from shouwen.messaging.colleague import tell_colleague
from shouwen.messaging.models import OutboxMessage
from shouwen.organisation.models import Staff
from tests.messaging.cases import CONTACT, person
from tests.messaging.counterparts import MailServer, gateway


def told(who: int, key: str = "improvement:1:due") -> int:
    return tell_colleague(
        who,
        key,
        matter="改进事项 GJ2026-0001",
        reminder="将于 2026-12-01 到期",
        path="/improvement/GJ2026-0001/",
        now=timezone.now(),
    )


def contact() -> int:
    Staff.objects.filter(employee_no=CONTACT).update(email="contact@bank.example")
    return person(CONTACT).id or 0


def test_a_colleague_is_told_of_the_matter_and_its_page(agent: Actor, mail: MailServer) -> None:
    assert told(contact()) == 1
    outbox.send_due()
    assert mail.recipients == ["contact@bank.example"]
    assert mail.mails[0]["Subject"].strip() == "改进事项 GJ2026-0001：将于 2026-12-01 到期"
    assert "/improvement/GJ2026-0001/" in mail.mails[0].get_content()


def test_told_twice_under_one_key_is_sent_once(agent: Actor, mail: MailServer) -> None:
    who = contact()
    told(who)
    told(who)
    assert outbox.send_due() == 1


def test_each_person_is_told_under_the_same_key(agent: Actor, mail: MailServer) -> None:
    Staff.objects.filter(employee_no="11110102").update(email="b@bank.example")
    told(contact())
    told(person("11110102").id or 0)
    assert outbox.send_due() == 2


def test_who_has_left_or_has_no_address_is_told_nothing(agent: Actor, mail: MailServer) -> None:
    who = contact()
    assert told(person("11110102").id or 0) == 0
    Staff.objects.filter(id=who).update(is_active=False)
    assert told(who) == 0
    assert not OutboxMessage.objects.exists()


def test_the_group_hears_it_once_by_its_robot(agent: Actor, settings: Settings) -> None:
    with gateway() as robot:
        settings.SHOUWEN_WECOM_URL = robot.url
        told(person(CONTACT).id or 0)
        told(person("11110102").id or 0)
        assert outbox.send_due() == 1
    assert "改进事项 GJ2026-0001" in str(robot.asked[0].json)


def test_what_is_queued_is_a_job_of_the_messaging_room(agent: Actor) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    queue(person(CONTACT).id or 0, key="k", matter="预警 1", reminder="请处理", path="/warnings/1/")
    job = ProcrastinateJob.objects.get(task_name="messaging.tell_colleague")
    assert job.args["path"] == "/warnings/1/"
