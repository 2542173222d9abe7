#!/usr/bin/env python3
"""Writes the commands of a job, as GitHub Actions has it, from standard input, into files step-N.

Usage: steps.py DIRECTORY
"""

import sys

import yaml

[job] = yaml.safe_load(sys.stdin)['jobs'].values()
assert job['container'] == 'debian:12'
commands = [step['run'] for step in job['steps'] if 'run' in step]
assert len(commands) == 4
for number, command in enumerate(commands):
    with open(f'{sys.argv[1]}/step-{number}', 'w', encoding='utf-8') as file:
        file.write(command + '\n')
