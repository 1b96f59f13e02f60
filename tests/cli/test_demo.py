"""`quoth demo` as a person starts it: a process, its words in the terminal, its page, Ctrl-C."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from bot.cli import main

QUOTH = [sys.executable, "-m", "bot", "demo"]


def test_it_answers_once_and_leaves():
    done = subprocess.run([*QUOTH, "--once", "--seed", "1"], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "/quote russia" in done.stdout
    assert "Jens Stoltenberg, Secretary General of NATO" in done.stdout
    assert "word for word from its source" in done.stdout
    assert "[Another]" in done.stdout
    assert not done.stderr


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_a_page_until_told_to_stop(way):
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(QUOTH, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ) as process:
        address = None
        while address is None and (line := process.stdout.readline()):
            address = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert address, process.stderr.read()
        with urllib.request.urlopen(address.group(), timeout=30) as page:
            assert page.status == 200
        process.send_signal(way)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "Traceback" not in said


def test_a_port_that_cannot_be_is_a_wrong_call():
    done = subprocess.run([*QUOTH, "--port", "99999"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "--port takes a number" in done.stderr


def test_a_port_in_use_is_told_in_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run([*QUOTH, "--port", str(port)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert f"the page cannot be served on port {port} (Address already in use)" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bank_that_is_not_there_is_told():
    done = subprocess.run([*QUOTH, "--bank", "no-such-folder"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "no-such-folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_simulated_discord_it_is_told_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "simcord.preview", None)
    assert main(["demo"]) == 2
    assert "quoth demo: the demo needs the simulated Discord: pip install 'quoth[demo]'" in capsys.readouterr().err
