"""Says what the scanners found that is more than information, and whether it is accepted.

Usage: findings.py ACCEPTED SSLYZE-OUTPUT TESTSSL-JSON"""

import json
import re
import sys


def accepted(path):
    with open(path, encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines if not line.startswith("#")]
    return {(tool, name): reason for tool, name, reason in rows}


def sslyze(path):
    """The points of Mozilla's intermediate configuration, vulnerabilities included, that fail."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if "COMPLIANCE AGAINST MOZILLA" not in text:
        sys.exit(f"sslyze came to no result:\n{text}")
    behind = text.split("COMPLIANCE AGAINST MOZILLA")[1]
    if ": OK" not in behind and "FAILED" not in behind:
        sys.exit(f"sslyze came to no result:\n{behind}")
    return [("sslyze", *found) for found in re.findall(r"^ +\* (\w+): (.*)$", behind, re.MULTILINE)]


def testssl(path):
    with open(path, encoding="utf-8") as file:
        entries = json.load(file)
    if len(entries) < 40:
        sys.exit(f"testssl came to no result: {entries}")
    quiet = ("OK", "INFO")
    return [("testssl", e["id"], e["finding"]) for e in entries if e["severity"] not in quiet]


def main():
    reasons = accepted(sys.argv[1])
    found = sslyze(sys.argv[2]) + testssl(sys.argv[3])
    status = 0
    for tool, name, text in found:
        reason = reasons.get((tool, name))
        print(f"{tool} {name}: {text} ({'accepted: ' + reason if reason else 'NOT ACCEPTED'})")
        if not reason:
            status = 1
    for key in reasons.keys() - {(tool, name) for tool, name, _ in found}:
        print(f"{' '.join(key)}: is accepted, and nothing finds it any more")
        status = 1
    sys.exit(status)


main()
