"""The program that does the work: where it is, how it is run, and what its end means."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

# How often a program that is being watched is looked at, in seconds; and how long an interrupted one may take to end.
EVERY, PATIENCE = 0.1, 10


def find(binary):
    """The words that a command line begins with.

    binary: a program, or a list of words; None: that of the environment's AFFMATCH_EMBED, else the package's own.
    """
    if binary is None:
        binary = os.environ.get("AFFMATCH_EMBED") or _own()
    if isinstance(binary, (str, os.PathLike)):
        return [os.fspath(binary)]
    words = [os.fspath(w) for w in binary]
    if not words:
        raise ValueError("binary = [], want a program and what its command line begins with")
    return words


def _own():
    path = Path(__file__).parent / "bin" / ("embed.exe" if os.name == "nt" else "embed")
    if not path.exists():
        raise FileNotFoundError(
            f"no program {path}: install the package as a wheel (pip install experiments/python), or name one in "
            "AFFMATCH_EMBED or binary= (go build -o embed ./experiments/embed)"
        )
    return os.fspath(path)


def describe(method="umap-learn", binary=None):
    """The parameters of a method, each with its value and its meaning, as text.

    They are flags of the program: -sum-tolerance there is sum_tolerance= here.
    """
    done = _start(find(binary) + [f"-method={method}", "-h", "all"], subprocess.PIPE, subprocess.PIPE)
    said, complaint = done.communicate()
    if done.returncode != 0:
        raise _failure(done.returncode, complaint)
    return said.decode()


def run(words, folder, *, verbose=False, callback=None):
    """Runs the program to its end.

    folder is for what it says; its results are in folder/"run". callback gets each record of folder/"run"/history.jsonl,
    verbose writes on sys.stderr what the program does. Whatever interrupts this interrupts the program.
    """
    said = folder / "said"
    with open(said, "wb") as log:
        process = _start(words, subprocess.DEVNULL, log)
    log, history = Lines(said), Lines(folder / "run" / "history.jsonl")

    def look():
        if verbose:
            for line in log.new():
                print(re.sub(r"^time=\S+ level=\w+ ", "", line), file=sys.stderr)
        if callback is not None:
            for line in history.new():
                callback(json.loads(line))

    try:
        while verbose or callback is not None:
            try:
                process.wait(EVERY)
                break
            except subprocess.TimeoutExpired:
                look()
        process.wait()
        look()
    except BaseException:
        _interrupt(process)
        raise
    if process.returncode != 0:
        raise _failure(process.returncode, said.read_bytes())


def _start(words, stdout, stderr):
    # In a group of its own: Ctrl-C on a terminal is for Python, which passes it on.
    group = {"start_new_session": True} if os.name == "posix" else {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    try:
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, **group)
    except OSError as e:
        raise type(e)(e.errno, f"cannot run {words[0]}: {e.strerror}") from None


def _interrupt(process):
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT if os.name == "posix" else signal.CTRL_BREAK_EVENT)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _failure(code, said):
    """The exception that an exit code and the last words stand for."""
    text = said.decode(errors="replace").strip()
    if code == 130:
        return KeyboardInterrupt("the program was interrupted")
    last = text.splitlines()[-1] if text else ""
    message = re.fullmatch(r"[\w.-]+: (.*?)(?: \([\w.-]+ -h lists flags\))?", last)
    if code in (1, 2) and message:
        return ValueError(message[1])
    return RuntimeError(f"the program ended with code {code}: {text or 'it said nothing'}")


class Lines:
    """The whole lines of a file that grows."""

    def __init__(self, path):
        self.path, self.at = path, 0

    def new(self):
        """Those since the last call; none where there is no file yet."""
        try:
            with open(self.path, "rb") as f:
                f.seek(self.at)
                text = f.read()
        except FileNotFoundError:
            return []
        whole = text[: text.rfind(b"\n") + 1]
        self.at += len(whole)
        return whole.decode(errors="replace").splitlines()
