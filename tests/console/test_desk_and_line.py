"""Nobody leaves by telephone or text: what a family asks there ends at the desk."""

import pytest
from sqlalchemy import func, select

from school.releases import Release
from school.staff import Role, Staff
from tests.console.desk.parts import section
from tests.support.desk import DeskVisitor, password_hash
from tests.support.dismissals import FRONT_DESK
from tests.support.line import ALICIA, LORENA, STRANGER, WholeLine

ASKED = "I need to pick up my daughter Gabriela Alvarado at 1 pm today"
GABRIELA = "61240424"


@pytest.fixture
def desk(line: WholeLine) -> DeskVisitor:
    """The front desk of the school whose line it is."""
    with line.services.database.begin() as session:
        account = Staff(
            email=FRONT_DESK, role=Role.FRONT_DESK, password_hash=password_hash(), failures=0
        )
        account.created_at = line.clock()
        session.add(account)
    return DeskVisitor(line.app.test_client(), line.app).signs_in()


def released(line: WholeLine) -> int:
    with line.services.database.reading() as session:
        return session.scalar(select(func.count(Release.id))) or 0


def test_a_mother_who_texts_is_refused_and_expected(line: WholeLine, desk: DeskVisitor) -> None:
    line.text(ASKED, ALICIA)
    assert released(line) == 0
    visits = section(desk.opens("/desk/").text, "visits")
    assert "Gabriela Alvarado Alicia Villa (mother) texted at 6:52 am about 1:00 pm" in visits
    assert "told to come in." in visits
    asked = desk.opens(f"/desk/students/{GABRIELA}").text
    assert "texted at 6:52 am about 1:00 pm; told to come in." in section(asked, "visits")


def test_a_call_is_refused_and_expected(line: WholeLine, desk: DeskVisitor) -> None:
    call = line.call(ALICIA).presses("3")
    call.says("Necesito recoger temprano a mi hija Gabriela Alvarado hoy a la una de la tarde")
    assert "ningún estudiante puede salir por una llamada" in call.prompt
    call.hangs_up()
    assert released(line) == 0
    assert "called at 6:52 am" in section(desk.opens("/desk/").text, "visits")


def test_a_student_of_18_who_texts_is_not_signed_out_either(
    line: WholeLine, desk: DeskVisitor
) -> None:
    line.text("This is Lorena Barajas, I am leaving early today at 1 pm", LORENA)
    assert released(line) == 0
    assert "Lorena Barajas" in section(desk.opens("/desk/").text, "visits")


def test_a_stranger_is_expected_as_what_he_is(line: WholeLine, desk: DeskVisitor) -> None:
    line.text(ASKED, STRANGER)
    assert released(line) == 0
    assert "Not on file for this student" in section(desk.opens("/desk/").text, "visits")
