"""The MCP inspector's command line, in both eras, over stdio: a server for each call."""

import json
import os
import subprocess
import sys

NODE, INSPECTOR = sys.argv[1:3]
SERVER = sys.argv[sys.argv.index("--") + 1 :]
# It gives a server few variables of its own accord.
GIVEN = [word for name in os.environ if name.startswith("WINWARDEN_") for word in ("-e", f"{name}={os.environ[name]}")]


def check(era: str, what: str, holds: bool, seen: object = "") -> None:
    print(f"ok inspector {era}: {what}" if holds else f"FAILED inspector {era}: {what}: {seen}", flush=True)


def inspect(era: str, *options: str) -> tuple[int, dict, str]:
    """Runs one method; gives back the exit code, what was answered, and what was said besides."""
    command = [NODE, INSPECTOR, "--cli", "--protocol-era", era, "--format", "json", "-q", "--connect-timeout", "60000",
               *GIVEN, *options, "--", *SERVER]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    try:
        return run.returncode, json.loads(run.stdout), run.stderr
    except ValueError:
        return run.returncode, {}, run.stdout + run.stderr


def main() -> None:
    for era in ("legacy", "modern"):
        code, reply, said = inspect(era, "--method", "tools/list", "--strict")
        check(era, "lists tools, with no fault in their schemas", code == 0 and "tools" in json.dumps(reply), (code, said[-2000:]))
        code, reply, said = inspect(era, "--method", "tools/call", "--tool-name", "window_list")
        check(era, "calls a tool", code == 0 and "content" in json.dumps(reply), (code, said[-800:]))
        code, reply, said = inspect(
            era, "--method", "tools/call", "--tool-name", "snapshot", "--tool-args-json", '{"max_elements":"many"}'
        )
        check(era, "shows a tool's error", "INVALID_ARGUMENT" in json.dumps(reply) + said, (code, reply, said[-800:]))


main()
