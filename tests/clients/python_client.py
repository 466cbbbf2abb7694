"""The official Python client, in both eras, over stdio."""

import base64
import os
import pathlib
import sys

import anyio
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client

SERVER = sys.argv[sys.argv.index("--") + 1 :]


def check(era: str, what: str, holds: bool, seen: object = "") -> None:
    print(f"ok python {era}: {what}" if holds else f"FAILED python {era}: {what}: {seen}", flush=True)


async def talk(era: str, mode: str) -> None:
    """One session."""
    server = stdio_client(StdioServerParameters(command=SERVER[0], args=SERVER[1:], env=dict(os.environ)))
    async with Client(server, mode=mode) as client:
        tools = (await client.list_tools()).tools
        names = [tool.name for tool in tools]
        check(era, "lists the default tools", {"status", "window_list", "click", "screenshot"} <= set(names), names)
        check(era, "every tool has a title, hints and a strict schema", all(
            tool.title and tool.annotations and tool.input_schema.get("additionalProperties") is False for tool in tools
        ))
        status = await client.call_tool("status", {})
        check(era, "status answers with structure and text", not status.is_error and bool(status.structured_content), status)
        windows = await client.call_tool("window_list", {})
        check(era, "windows are listed", not windows.is_error and bool(windows.content[0].text), windows)
        wrong = await client.call_tool("click", {"elemnt": "e1"})
        check(era, "a wrong argument is a tool error that names it",
              wrong.is_error and "elemnt" in wrong.content[0].text and "INVALID_ARGUMENT" in wrong.content[0].text, wrong)
        unknown = await client.call_tool("read_text", {"element": "e999999"})
        check(era, "an unknown ref says so", unknown.is_error and "UNKNOWN_REF" in unknown.content[0].text, unknown)
        try:
            await client.call_tool("no_such_tool", {})
            check(era, "an unknown tool is a protocol error", False)
        except MCPError as error:
            check(era, "an unknown tool is a protocol error", error.error.code == -32602, error)
        picture = await client.call_tool("screenshot", {})
        images = [part for part in picture.content if part.type == "image"]
        check(era, "a picture comes as an image", not picture.is_error and len(images) == 1, picture.content[:1])
        if images:
            data = base64.b64decode(images[0].data)
            check(era, "the picture holds to its size", 1_000 < len(data) <= 700 * 1024, len(data))
            if folder := os.environ.get("CLIENT_PICTURES"):
                pathlib.Path(folder, f"python-{era}.{images[0].mime_type.split('/')[1]}").write_bytes(data)
        check(era, "the protocol is of its era", (client.session.protocol_version >= "2026") == (era == "modern"),
              client.session.protocol_version)


async def main() -> None:
    for era, mode in (("legacy", "legacy"), ("modern", "2026-07-28"), ("modern", "auto")):
        with anyio.fail_after(120):
            await talk(era, mode)


anyio.run(main)
