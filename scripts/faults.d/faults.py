"""Makes each system call of a session fail in turn, kills it at each, and has what comes of it
judged. Prints what is shown and figures as the parts of scripts/test do."""

import functools
import multiprocessing
import sys
import time

import kills
import lies
import once
import twice
from run import Tools


def campaign(pool, what, one, todo):
    """Runs all cases, and returns how many there were; it ends the program if one went wrong."""
    start = time.monotonic()
    failures = ran = 0
    for case, wrong, log in pool.imap(one, todo, chunksize=4):
        ran += 1
        for complaint in wrong:
            failures += 1
            print(f"{case}: {complaint}", file=sys.stderr)
        if wrong:
            print(log, file=sys.stderr)
    if failures or not ran:
        sys.exit(f"not shown: {what} ({failures} complaints about {ran} runs)")
    print(f"ok    {what}")
    print(f"n     {what.partition(':')[0]}: {ran} runs in {time.monotonic() - start:.1f} s", flush=True)


def main():
    breadth, binary, workplace = sys.argv[1:]
    tools = Tools(binary, workplace)
    with multiprocessing.Pool() as pool:
        for module in (once, twice, kills, lies):
            campaign(pool, module.WHAT, functools.partial(module.run, tools),
                     module.cases(tools, breadth == "--all"))


if __name__ == "__main__":
    main()
