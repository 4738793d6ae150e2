"""The tests, of the standard library's unittest: bash .ci/run python.

They make the wheel, whose program they run, and the program of tests/own, which has parts of one's own.
"""
