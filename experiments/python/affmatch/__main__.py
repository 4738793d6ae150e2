"""python -m affmatch: the program embed itself, with its own flags."""

import os
import subprocess
import sys

from .program import find


def main():
    words = find(None) + sys.argv[1:]
    if os.name == "posix":
        os.execv(words[0], words)
    sys.exit(subprocess.call(words))


if __name__ == "__main__":
    main()
