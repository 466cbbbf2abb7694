"""A person's answer through clients that are not ours, both eras: yes, no, silence, and answers that count for nothing.

The server is one of profile `assistant` that waits five seconds for an answer.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile

import anyio
import mcp_types as types
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

NODE, MCPDO = sys.argv[1:3]
SERVER = [word.replace("lab", "assistant") if word == "lab" else word for word in sys.argv[sys.argv.index("--") + 1 :]]
WAIT = {"WINWARDEN_APPROVALS_WAIT_SECONDS": "5", "WINWARDEN_APPROVALS_CHANNELS": "elicitation"}
YES, NO = "Yes, once", "No"


def check(era: str, what: str, holds: bool, seen: object = "") -> None:
    print(f"ok approval {era}: {what}" if holds else f"FAILED approval {era}: {what}: {seen}", flush=True)


@contextlib.asynccontextmanager
async def client(mode: str, answer, name: str = "approver"):
    """A session whose person answers by `answer(message)`."""

    async def asked(_context, request):
        return await answer(request.message)

    server = stdio_client(StdioServerParameters(command=SERVER[0], args=SERVER[1:], env=dict(os.environ) | WAIT))
    info = types.Implementation(name=name, version="1")
    async with Client(server, mode=mode, elicitation_callback=asked, client_info=info) as session:
        yield session


def says(words: str):
    """A person who chooses these words, and remembers what they were shown."""
    shown: list[str] = []

    async def answer(message: str) -> types.ElicitResult:
        shown.append(message)
        return types.ElicitResult(action="accept", content={"answer": words})

    return answer, shown


async def silence(_message: str) -> types.ElicitResult:
    await anyio.sleep(7)
    return types.ElicitResult(action="accept", content={"answer": YES})


def code(result) -> str:
    return (result.structured_content or {}).get("code", "") if result.is_error else ""


async def write(session):
    return await session.call_tool("clipboard_write", {"text": "a note"})


async def through_python(era: str, mode: str) -> None:
    answer, shown = says(YES)
    async with client(mode, answer) as session:
        result = await write(session)
        check(era, "a yes lets it happen", not result.is_error, result)
        check(era, "the question says what and why", "clipboard_write" in shown[0] and "changes-ask" in shown[0], shown)
        check(era, "the question holds nothing that is written", "a note" not in shown[0], shown)
    async with client(mode, says(NO)[0]) as session:
        check(era, "a no is a refusal", code(await write(session)) == "APPROVAL_DENIED")
    async with client(mode, silence) as session:
        late = code(await write(session))
        check(era, "silence is a refusal, and a late yes counts for nothing", late in ("APPROVAL_DENIED", "APPROVAL_STALE"), late)


async def rounds() -> None:
    """What only a client that brings its own state back can try."""
    era = "modern"
    yes = {"approval": types.ElicitResult(action="accept", content={"answer": YES})}

    async def call(session, text: str, **retry):
        return await session.session.call_tool("clipboard_write", {"text": text}, allow_input_required=True, **retry)

    async with client("2026-07-28", says(YES)[0]) as session, client("2026-07-28", says(YES)[0], "other") as other:
        asked = await call(session, "a note")
        state = asked.request_state
        tampered = await call(session, "a note", input_responses=yes, request_state=state[:-2] + ("AA" if state[-2:] != "AA" else "BB"))
        check(era, "a tampered state counts for nothing", code(tampered) == "APPROVAL_STALE", tampered)
        changed = await call(session, "another", input_responses=yes, request_state=state)
        check(era, "a state counts for its own arguments", code(changed) == "APPROVAL_STALE", changed)
        foreign = await call(other, "a note", input_responses=yes, request_state=state)
        check(era, "a state of another principal counts for nothing", code(foreign) == "APPROVAL_STALE", foreign)
        good = await call(session, "a note", input_responses=yes, request_state=state)
        check(era, "the state itself still counts", not good.is_error, good)
        again = await call(session, "a note", input_responses=yes, request_state=state)
        check(era, "and once", code(again) == "APPROVAL_STALE", again)


def through_mcpdo(era: str) -> None:
    """The inspector's `mcpdo`: a call is parked with its daemon until somebody answers."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        environment = os.environ | WAIT | {
            "HOME": home, "USERPROFILE": home, "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"),
            "MCP_INSPECTOR_SECRET_STORE": "file", "NO_COLOR": "1",
        }

        def mcpdo(*words: str) -> str:
            run = subprocess.run(
                [NODE, MCPDO, "--format", "json", *words], env=environment, capture_output=True, text=True, timeout=120, check=False
            )
            return run.stdout or run.stderr

        given = [word for name in WAIT for word in ("-e", f"{name}={WAIT[name]}")]
        given += [word for name in os.environ if name.startswith("WINWARDEN_") for word in ("-e", f"{name}={os.environ[name]}")]
        said = mcpdo("connect", "--connect-timeout", "60000", "--era", era, "--elicit", "form", *given, "--transport", "stdio", "--", *SERVER)
        name = json.loads(said).get("name", "") if said.startswith("{") else ""
        try:
            for words, what, holds in (
                ([f"answer:={json.dumps(YES)}"], "a yes lets it happen", lambda told: "clipboard" in told and "APPROVAL" not in told),
                (["--decline"], "a decline is a refusal", lambda told: "APPROVAL_DENIED" in told),
            ):
                pending = mcpdo("--connection", name, "tools/call", "clipboard_write", 'text:="a note"')
                question = pending.partition('"elicitationId": "')[2].partition('"')[0]
                told = mcpdo("elicitation/respond", question, *words) if question else ""
                check(f"mcpdo {era}", what, bool(question) and holds(told), (said, pending, told))
        finally:
            mcpdo("daemon", "stop")


async def main() -> None:
    for era, mode in (("legacy", "legacy"), ("modern", "2026-07-28")):
        with anyio.fail_after(120):
            await through_python(era, mode)
    with anyio.fail_after(120):
        await rounds()
    for era in ("legacy", "modern"):
        through_mcpdo(era)


anyio.run(main)
