"""Builds the wheel: the package and the program embed, for one platform. The same sources give the same bytes.

    pip install experiments/python                               # for this machine, by the hook below
    python3 experiments/python/backend.py dist                   # a wheel for this machine, in the folder dist
    python3 experiments/python/backend.py dist linux/arm64 windows/amd64     # for others
    python3 experiments/python/backend.py dist all

It is a build backend (PEP 517) without requirements: neither setuptools nor the network is needed, but Go is.
"""

import base64
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
VERSION = "0.1.0"
DIST_INFO = f"affmatch-{VERSION}.dist-info"

# The platforms, as Go and as wheels call them. A program without a C library runs on any Linux, musl's too.
PLATFORMS = {
    "linux/amd64": "manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64",
    "linux/arm64": "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
    "darwin/amd64": "macosx_12_0_x86_64",
    "darwin/arm64": "macosx_12_0_arm64",
    "windows/amd64": "win_amd64",
    "windows/arm64": "win_arm64",
}

METADATA = f"""\
Metadata-Version: 2.1
Name: affmatch
Version: {VERSION}
Summary: Embeddings by affinity matching: UMAP, t-SNE and methods of one's own, as scikit-learn estimators
License: BSD-3-Clause
License-File: LICENSE
Requires-Python: >=3.8
Requires-Dist: numpy
Description-Content-Type: text/markdown

"""


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """PEP 517's hook: a wheel for this machine. Gives its name."""
    return wheel(Path(wheel_directory), _go("env", "GOOS") + "/" + _go("env", "GOARCH"))


def wheel(folder, platform):
    """Writes the wheel of a platform into the folder, and gives its name."""
    if platform not in PLATFORMS:
        raise SystemExit(f"platform {platform}: want one of {', '.join(PLATFORMS)}, or all")
    tags = PLATFORMS[platform]
    name = f"affmatch-{VERSION}-py3-none-{tags}.whl"
    files = {f"affmatch/{path.name}": path.read_bytes() for path in (HERE / "affmatch").glob("*.py")}
    program = "affmatch/bin/embed" + ".exe" * platform.startswith("windows")
    files[program] = _program(platform)
    files[f"{DIST_INFO}/METADATA"] = METADATA.encode() + (HERE / "README.md").read_bytes()
    files[f"{DIST_INFO}/LICENSE"] = (HERE.parents[1] / "LICENSE").read_bytes()
    files[f"{DIST_INFO}/entry_points.txt"] = b"[console_scripts]\naffmatch = affmatch.__main__:main\n"
    head = "Wheel-Version: 1.0\nGenerator: affmatch\nRoot-Is-Purelib: false\n"
    files[f"{DIST_INFO}/WHEEL"] = (head + "".join(f"Tag: py3-none-{t}\n" for t in tags.split("."))).encode()
    record = f"{DIST_INFO}/RECORD"
    files[record] = "".join([f"{at},{_sum(b)},{len(b)}\n" for at, b in sorted(files.items())] + [f"{record},,\n"]).encode()
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / name, "w") as z:
        for at, b in sorted(files.items(), key=lambda f: (f[0].startswith(DIST_INFO), f[0] == record, f[0])):
            entry = zipfile.ZipInfo(at, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.compress_type = 3, zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if at == program else 0o100644) << 16
            z.writestr(entry, b)
    return name


def _program(platform):
    """embed, without the paths, times and names of the machine that builds it."""
    goos, goarch = platform.split("/")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "embed"
        flags = ["-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid="]
        _go("build", *flags, "-o", str(path), "./experiments/embed", GOOS=goos, GOARCH=goarch, CGO_ENABLED="0")
        return path.read_bytes()


def _go(*words, **env):
    env = {**os.environ, **env}
    try:
        done = subprocess.run(["go", *words], cwd=HERE.parents[1], env=env, stdout=subprocess.PIPE, check=True)
    except FileNotFoundError:
        raise SystemExit("no go: the wheel has a program in Go in it, want Go 1.26 (https://go.dev/dl)") from None
    return done.stdout.decode().strip()


def _sum(b):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(b).digest()).decode().rstrip("=")


def main(args):
    """The command line: a folder, and platforms; none: this machine's."""
    if not args or args[0].startswith("-"):
        raise SystemExit(__doc__)
    platforms = list(PLATFORMS) if args[1:] == ["all"] else args[1:]
    for platform in platforms or [_go("env", "GOOS") + "/" + _go("env", "GOARCH")]:
        print(Path(args[0]) / wheel(Path(args[0]), platform))


if __name__ == "__main__":
    main(sys.argv[1:])
