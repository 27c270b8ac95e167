"""A study uses what any user could: the public names of assay, its own package, and libraries."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import assay
import assay_studies

ROOT = Path(assay_studies.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))
LIBRARIES = {"numpy", "tokenizers", "matplotlib"}


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module, alias.name) for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_study_imports_public_names_alone(path):
    """Oracle: the names in `assay.__all__`, and the folder that a module stands in."""
    tree = ast.parse(path.read_text("utf-8"))
    for module, name in imported(tree):
        package, _, inside = module.partition(".")
        if package == "assay":
            assert not inside, f"{module}: import assay and use its names"
            assert name is None or name in assay.__all__
        elif package == "assay_studies":
            own = path.relative_to(ROOT).parts[0]
            assert not inside or inside.split(".")[0] in {own, "shared"}, f"{own} uses {module}"
        else:
            assert package in sys.stdlib_module_names | LIBRARIES
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert node.value.id != "assay" or node.attr in assay.__all__, f"assay.{node.attr}"
        if isinstance(node, ast.Attribute):
            private = node.attr.startswith("_") and not node.attr.startswith("__")
            own = isinstance(node.value, ast.Name) and node.value.id in {"self", "argparse"}
            assert own or not private, f"{path.name}: {ast.unparse(node)}"


def test_the_core_opens_the_studies_by_one_door_only_when_asked():
    """Oracle: the modules of a fresh interpreter, before and after the door is opened."""
    program = (
        "import sys, assay, assay.cli\n"
        "assert not any(name.startswith('assay_studies') for name in sys.modules)\n"
        "assay.reproduce\n"
        "from assay.reproduce import studies\n"
        "assert studies()\n"
        "assert 'assay_studies' in sys.modules\n"
        "assert not any(name.endswith('protocol') for name in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    core = Path(assay.__file__).parent
    doors = [path.name for path in core.rglob("*.py") if "assay_studies" in path.read_text("utf-8")]
    assert doors == ["reproduce.py"]


@pytest.mark.parametrize("study", assay_studies.studies().values(), ids=lambda study: study.name)
def test_a_declaration_is_whole(study):
    """Oracle: every folder has a protocol, every option a type that can be read again."""
    folder = ROOT / study.module.partition(".")[2]
    assert (folder / "protocol.py").is_file()
    declared = tomllib.loads((folder / "study.toml").read_text("utf-8"))
    assert study.differences["always"]
    assert [one["name"] for one in declared["options"]] == [one.name for one in study.options]
    for option in study.options:
        assert option.read(str(option.default)) == option.default
        assert option.quick is None or type(option.quick) is type(option.default)
    code = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    for name in (*study.tables, *study.figures):
        assert f'"{name}"' in code or f"def _{name}(" in code, f"{name} is never shown"


def test_every_folder_is_registered():
    folders = {path.parent.name for path in ROOT.glob("*/study.toml")}
    assert folders == set(assay_studies.FOLDERS)
