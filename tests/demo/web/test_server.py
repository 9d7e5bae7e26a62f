"""Serving over a socket."""

from __future__ import annotations

import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from gonogo.demo.releases import make_build
from gonogo.demo.web import Server, create_app


def test_a_server_answers_and_stops_when_told(tmp_path: Path, homes: dict[str, Path]) -> None:
    home = tmp_path / "home"
    shutil.copytree(homes["8.1"], home)
    server = Server(create_app(home, make_build("8.1")))
    thread = server.start()
    with httpx.Client(base_url=server.address) as client, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.get("/about").status_code, range(40)))
        assert answers == [200] * 40
        assert client.get("/about").headers["Server"] == "Meridian"
    server.close()
    server.close()
    thread.join(timeout=10)
    assert not thread.is_alive()
    with pytest.raises(OSError, match="refused"), socket.create_connection((server.host, server.port), 1):
        pass


def test_a_port_in_use_is_an_os_error(tmp_path: Path, homes: dict[str, Path]) -> None:
    home = tmp_path / "home"
    shutil.copytree(homes["8.1"], home)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            Server(create_app(home, make_build("8.1")), port=taken.getsockname()[1])
