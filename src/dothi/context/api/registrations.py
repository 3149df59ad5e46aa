"""The paths `csourceRegistrations/` (clauses 6.8 and 6.9)."""

from starlette.responses import Response

from dothi.context.api import answers, paging, sought
from dothi.context.api.ask import Ask
from dothi.context.api.operations import ROOT, Need, Operation, Tenants
from dothi.context.errors import InvalidRequest
from dothi.context.model.terms import uri
from dothi.context.operations.register import written

PATH = "csourceRegistrations"
ONE = f"{PATH}/{{registrationId}}"
SYSTEM = "sysAttrs"


async def register(ask: Ask) -> Response:
    """POST csourceRegistrations (5.9.2)."""
    told = await ask.body(empty=InvalidRequest)
    made = await ask.state.registrations.register(told, await ask.names(), ask.tenant)
    return answers.empty(201, location=f"{ROOT}/{PATH}/{made}")


async def query(ask: Ask) -> Response:
    """GET csourceRegistrations (5.10.2)."""
    page, system, names = paging.page(ask, paging.PageOfSources), _system(ask), await ask.names()
    found = await ask.state.registrations.find(sought.wanted(ask, names), ask.tenant, ask.reads)
    found = sought.meant(ask, names, found)
    ends = page.offset + page.limit
    told = [written(one, names, system=system) for one in found[page.offset : ends]]
    total = len(found) if page.count else None
    return page.tell(ask, ask.answer(told), more=ends < len(found), total=total)


async def retrieve(ask: Ask) -> Response:
    """GET csourceRegistrations/{registrationId} (5.10.1)."""
    found = await ask.state.registrations.one(_id(ask), ask.tenant, ask.reads)
    return ask.answer(written(found, await ask.names(), system=_system(ask)))


async def update(ask: Ask) -> Response:
    """PATCH csourceRegistrations/{registrationId} (5.9.3)."""
    name = _id(ask)
    told = await ask.body(empty=InvalidRequest)
    await ask.state.registrations.update(name, told, await ask.names(), ask.tenant)
    return answers.empty()


async def delete(ask: Ask) -> Response:
    """DELETE csourceRegistrations/{registrationId} (5.9.4)."""
    await ask.state.registrations.delete(_id(ask), ask.tenant)
    return answers.empty()


def _id(ask: Ask) -> str:
    return uri(ask.path["registrationId"])


def _system(ask: Ask) -> bool:
    if ask.options - {SYSTEM}:
        raise InvalidRequest(f"options has the word {SYSTEM} only")
    return SYSTEM in ask.options


OPERATIONS = (
    Operation("POST", PATH, register, "5.9.2", tenants=Tenants.MADE, need=Need.WRITE_ALL),
    Operation("GET", PATH, query, "5.10.2", params={*paging.PARAMS, *sought.PARAMS, "options"}),
    Operation("GET", ONE, retrieve, "5.10.1", params={"options"}),
    Operation("PATCH", ONE, update, "5.9.3", need=Need.WRITE_ALL),
    Operation("DELETE", ONE, delete, "5.9.4", need=Need.WRITE_ALL),
)
