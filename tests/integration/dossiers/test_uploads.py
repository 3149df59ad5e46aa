"""A draft keeps the files that its answers name, and no others."""

import io
from uuid import UUID

import pytest

from dothi.dossiers.actions import apply, receive
from dothi.dossiers.actions.draft import save_answers
from dothi.dossiers.types import Fault
from dothi.foundation.files.actions import store
from dothi.foundation.files.errors import NoSuchFile
from dothi.foundation.files.queries import read
from dothi.foundation.files.types import FileId
from dothi.kernel.ids import DossierId
from dothi.procedures.types import Json
from tests.support.city import AT, person_id, resident
from tests.support.dossiers import CHECKED, call, drafted

pytestmark = pytest.mark.usefixtures("city")


def uploaded(dossier_id: DossierId, content: bytes) -> FileId:
    """Keep a file as the answer of a draft, as the page does."""
    an = resident("an")
    file_id = store(person_id(an), io.BytesIO(b"%PDF-1.7 " + content), "giấy.pdf", AT)
    answer: Json = {"file": str(file_id), "name": "giấy.pdf", "size": len(content)}
    save_answers(dossier_id=dossier_id, resident=an, answers={"authorization_file": answer}, at=AT)
    return file_id


def is_kept(file_id: UUID) -> bool:
    try:
        return bool(b"".join(read(FileId(file_id))))
    except NoSuchFile:
        return False


class TestDraft:
    def test_forgets_a_file_when_another_takes_its_place(self) -> None:
        dossier_id = drafted()
        first, second = uploaded(dossier_id, b"1"), uploaded(dossier_id, b"2")
        assert (is_kept(first), is_kept(second)) == (False, True)

    def test_forgets_a_file_that_was_taken_out(self) -> None:
        dossier_id = drafted()
        only, an = uploaded(dossier_id, b"1"), resident("an")
        save_answers(dossier_id=dossier_id, resident=an, answers={"purpose": "other"}, at=AT)
        assert is_kept(only)
        save_answers(dossier_id=dossier_id, resident=an, answers={"authorization_file": None}, at=AT)
        assert not is_kept(only)


class TestFiled:
    def test_keeps_what_the_desk_may_have_seen(self) -> None:
        dossier_id = drafted()
        first = uploaded(dossier_id, b"1")
        apply.submit(call(dossier_id, "an", 1))
        receive.accept(call(dossier_id, "ha", 2, confirmed=CHECKED))
        receive.claim(call(dossier_id, "minh", 3))
        receive.request_supplement(call(dossier_id, "minh", 4), [Fault("", "name-differs")])
        second = uploaded(dossier_id, b"2")
        assert is_kept(first)
        assert is_kept(second)
