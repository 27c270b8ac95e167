"""What is packaged: one version, and files that build it. Oracle: the files themselves."""

import importlib.util
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

import assay

ROOT = Path(__file__).parents[2]


def tool(root=ROOT):
    specification = importlib.util.spec_from_file_location("version", root / "tools" / "version.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_every_place_speaks_of_one_version():
    assert tool().current() == assay.__version__
    assert tool().others() == {}


def test_a_version_is_written_everywhere_by_one_command(tmp_path):
    for name in ("tools/version.py", "python/assay/_version.py", *tool().PLACES):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)

    def run(*arguments):
        command = [sys.executable, str(tmp_path / "tools" / "version.py"), *arguments]
        return subprocess.run(command, capture_output=True, text=True)

    (tmp_path / "CITATION.cff").write_text("version: 0.0.1\n")
    assert run("--check").returncode == 1
    assert run("9.8.7rc1").returncode == run("--check").returncode == 0
    assert tool(tmp_path).current() == "9.8.7rc1"
    assert "9.8.7rc1" in (tmp_path / "Sources/Values/Version.swift").read_text()
    assert run("--is", "9.8.7rc1").returncode == 0
    assert run("--is", "9.8.7").returncode == 1
    assert run("next").returncode != 0


def test_the_release_workflow_builds_and_tries_on_every_system_and_python():
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))
    built = {one["name"] for one in workflow["jobs"]["wheel"]["strategy"]["matrix"]["include"]}
    tried = workflow["jobs"]["try"]["strategy"]["matrix"]
    assert built == set(tried["name"]) == {"linux-x86_64", "linux-aarch64", "macos-arm64"}
    assert tried["python"] == ["3.11", "3.12", "3.13", "3.14"]
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            for word in step.get("run", "").split():
                if word.startswith("tools/"):
                    assert (ROOT / word).is_file(), word


@pytest.mark.parametrize("count", [0, 2])
def test_a_repair_takes_one_wheel(tmp_path, count):
    for number in range(count):
        zipfile.ZipFile(tmp_path / f"a{number}.whl", "w").close()
    command = [sys.executable, str(ROOT / "tools/repair_wheel.py"), str(tmp_path), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode != 0
    assert f"expected one wheel, found {count}" in done.stderr
