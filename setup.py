"""Builds the engine with SwiftPM and puts the one resulting library inside the package."""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

COMPILER = ["-static-stdlib", "-use-ld=lld"]
LINKER = ["--gc-sections", "-s", "--version-script=CPythonShim/exports.map"]
FLAGS = [word for flag in COMPILER for word in ("-Xswiftc", flag)]
FLAGS += [word for flag in LINKER for word in ("-Xlinker", flag)]


class SwiftBuild(build_ext):
    """`swift build` instead of a C compiler; the product is copied to where setuptools wants it."""

    def build_extension(self, ext: Extension) -> None:
        scratch = Path(".build-py")
        search = [sysconfig.get_config_var("LIBPC"), os.environ.get("PKG_CONFIG_PATH")]
        environment = os.environ | {
            "ASSAY_PYTHON": "1",
            "PKG_CONFIG_PATH": os.pathsep.join(filter(None, search)),
        }
        command = ["swift", "build", "-c", "release", "--product", "_native"]
        subprocess.run(
            [*command, "--scratch-path", str(scratch), *FLAGS], env=environment, check=True
        )
        target = Path(self.get_ext_fullpath(ext.name))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)  # a running process may have the old one mapped
        shutil.copyfile(scratch / "release" / "lib_native.so", target)


setup(
    ext_modules=[Extension("assay._native", sources=[], py_limited_api=True)],
    cmdclass={"build_ext": SwiftBuild},
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
