"""The files for a receiver on a server agree with the program, and with each other."""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from kvitto.paths import DATA_DIR_VARIABLE
from kvitto.receiver.systemd_unit import RESTART_S, WRONG_USE
from kvitto.receiver.urls import DEFAULT_PORT, HEALTH_PATH
from kvitto.store.engines.store_url import CREDENTIAL_NAME, FILE_VARIABLE
from tests.helpers.postgres import Cluster
from tests.helpers.posting import post, report_body
from tests.helpers.program import Program, run
from tests.packaging.scripts import PROJECT

PACKAGING: Final = PROJECT / "packaging"
OF_THE_WINDOW: Final = {"PySide6-Essentials", "pyqtgraph", "qasync", "segno"}
IMPORTED_AS: Final = ("PySide6", "shiboken6", "pyqtgraph", "qasync", "segno")


def text_of(name: str) -> str:
    return (PACKAGING / name).read_text("utf-8")


def section(compose: str, name: str) -> str:
    """Return the lines of a section of the Compose file that begins at the margin."""
    found = re.search(rf"^{name}:\n((?: .*\n|\n)*)", compose, re.MULTILINE)
    assert found is not None
    return found[1]


def names_in(text: str, indent: int) -> set[str]:
    return set(re.findall(rf"^ {{{indent}}}([\w-]+):", text, re.MULTILINE))


def test_what_the_image_copies_is_there() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text_of("Dockerfile"), re.MULTILINE)
    sources = [one for line in copied for one in line.split()]
    assert "app" in sources
    for one in sources:
        assert (PROJECT / one).exists(), one
    sent = re.findall(r"^!(.+)$", text_of("Dockerfile.dockerignore"), re.MULTILINE)
    assert set(sent) == set(sources)


def test_secrets_are_in_no_commit_and_no_image() -> None:
    assert "./secrets/" in section(text_of("compose.yaml"), "secrets")
    assert "/packaging/secrets/\n" in (PROJECT / ".gitignore").read_text("utf-8")
    assert "\n*\n" in text_of("Dockerfile.dockerignore")


def test_the_image_has_all_that_the_receiver_needs_and_nothing_of_the_window() -> None:
    joined = text_of("Dockerfile").replace("\\\n", " ")
    found = re.search(r"install --constraint \S+\s+(.*?)\s*&&", joined)
    assert found is not None
    installed = {re.sub(r"\[.*", "", one.strip('"')) for one in found[1].split()}
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {re.split(r"[\[<>=;~ ]", one)[0] for one in project["dependencies"]}
    assert needed >= OF_THE_WINDOW
    assert installed == needed - OF_THE_WINDOW


def test_names_and_ports_agree() -> None:
    dockerfile, compose = text_of("Dockerfile"), text_of("compose.yaml")
    assert f"EXPOSE {DEFAULT_PORT}\n" in dockerfile
    assert f'"--port", "{DEFAULT_PORT}"' in dockerfile
    assert f"127.0.0.1:{DEFAULT_PORT}{HEALTH_PATH}" in dockerfile
    [folder] = re.findall(rf"{DATA_DIR_VARIABLE}=(\S+)", dockerfile)
    assert f"VOLUME {folder}\n" in dockerfile
    assert f"receiver:{folder}\n" in compose
    assert f'"127.0.0.1:{DEFAULT_PORT}:{DEFAULT_PORT}"' in compose
    assert f"{FILE_VARIABLE}: /run/secrets/kvitto-store" in compose
    assert f"proxy_pass http://127.0.0.1:{DEFAULT_PORT};" in text_of("nginx.conf")
    assert f"location = {HEALTH_PATH} {{" in text_of("nginx.conf")
    assert "location / {\n        return 404;" in text_of("nginx.conf")
    unit = text_of("kvitto-receive.service")
    assert f"LoadCredential={CREDENTIAL_NAME}:" in unit
    assert f"\nRestartSec={RESTART_S}\nRestartPreventExitStatus={WRONG_USE}\n" in unit
    [unit_folder] = re.findall(r"--data-dir (\S+)", unit)
    assert f"/var/lib/{re.findall('^StateDirectory=(.+)$', unit, re.MULTILINE)[0]}" == unit_folder


def test_what_the_services_name_is_declared() -> None:
    compose = text_of("compose.yaml")
    services = section(compose, "services")
    assert names_in(services, 2) == {"database", "receiver"}
    used = set(re.findall(r"^ {6}- ([\w-]+)$", services, re.MULTILINE))
    assert used == names_in(section(compose, "secrets"), 2)
    mounted = set(re.findall(r"^ {6}- ([\w-]+):/", services, re.MULTILINE))
    assert mounted == names_in(section(compose, "volumes"), 2)
    assert set(re.findall(r"/run/secrets/([\w-]+)", services)) == used
    [dockerfile] = re.findall(r"dockerfile: (\S+)", services)
    assert (PACKAGING / ".." / dockerfile).is_file()
    # Nobody else's network reaches either.
    ports = re.findall(r'^ {6}- "([\d.:]+)"$', services, re.MULTILINE)
    assert len(ports) == 2
    assert all(one.startswith("127.0.0.1:") for one in ports)


def test_the_container_is_no_root_and_says_whether_it_receives() -> None:
    dockerfile = text_of("Dockerfile")
    assert dockerfile.index("\nUSER kvitto\n") < dockerfile.index("\nENTRYPOINT")
    assert "\nHEALTHCHECK " in dockerfile


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip(reason="needs systemd-analyze")
    unit = tmp_path / "kvitto-receive.service"
    text = text_of(unit.name)
    assert "\nExecStart=kvitto-cli receive " in text
    unit.write_text(text.replace("=kvitto-cli ", "=/bin/true "), "utf-8")
    done = subprocess.run(
        [program, "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )
    told = [line for line in done.stderr.splitlines() if unit.name in line]
    assert (done.returncode, told) == (0, [])


@pytest.mark.slow
def test_a_receiver_works_without_what_only_the_window_needs(
    cluster: Cluster, tmp_path: Path, data_dir: Path
) -> None:
    for name in IMPORTED_AS:
        (tmp_path / f"{name}.py").write_text(f"raise ImportError('there is no {name}')\n")
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    store = cluster.new_database()
    (credentials / CREDENTIAL_NAME).write_text(f"{store.text}\n")
    path = f"{tmp_path}:{PROJECT / 'app'}"
    without: Sequence[str] = ("env", f"PYTHONPATH={path}", f"CREDENTIALS_DIRECTORY={credentials}")

    assert run("store", "create", store.text, prefix=without).returncode == 0
    with Program(data_dir, prefix=without) as receiver:
        assert post(receiver.url, report_body("m1"))[0] == 200
        assert receiver.stop() == 0
        assert "Traceback" not in receiver.stderr
    for command in (("check",), ("export", "--format", "xlsx", str(tmp_path / "m.xlsx"))):
        done = run(*command, prefix=without)
        assert done.returncode == 0, done.stderr
    done = run("export", "--format", "jsonl", prefix=without)
    assert done.stdout.count("\n") == 1
    cluster.drop(store)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_image_is_built_and_runs() -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "info"], capture_output=True).returncode:
        pytest.skip(reason="needs a running docker")
    image = "kvitto-test"
    build = [docker, "build", "--file", str(PACKAGING / "Dockerfile"), "--tag", image, str(PROJECT)]
    subprocess.run(build, check=True, capture_output=True, timeout=800)
    told = subprocess.run(
        [docker, "run", "--rm", image, "--version"], capture_output=True, text=True, check=True
    )
    assert told.stdout.startswith("Kvitto ")
