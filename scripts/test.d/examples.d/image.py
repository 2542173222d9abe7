#!/usr/bin/env python3
"""Does with a root what an engine does with an image, by the Dockerfile on standard input: copies what is
copied, and writes what is run at build time (IMAGE.build) and by the container (IMAGE.run).

Usage: image.py CONTEXT ROOT IMAGE
"""

import glob
import json
import re
import shlex
import shutil
import sys

context, root, image = sys.argv[1:]
environment, user, build, start = [], 'root', [], None
for line in re.sub(r'\\\n *', '', sys.stdin.read()).splitlines():
    word, _, rest = line.partition(' ')
    if word == 'FROM':
        assert rest == 'debian:12-slim'
    elif word == 'COPY':
        pattern, place = rest.split()
        for file in glob.glob(f'{context}/{pattern}'):
            shutil.copy(file, f'{root}/{place}')
    elif word == 'RUN':
        build.append(rest)
    elif word == 'ENV':
        environment += shlex.split(rest)
    elif word == 'USER':
        user = rest
    elif word == 'CMD':
        start = json.loads(rest)
    else:
        assert word in ('VOLUME', 'EXPOSE'), line

with open(f'{image}.build', 'w', encoding='utf-8') as file:
    file.write('\n'.join(build) + '\n')
with open(f'{image}.run', 'w', encoding='utf-8') as file:
    file.write(shlex.join(['exec', 'setpriv', '--reuid', user, '--regid', user, '--init-groups',
                           'env', *environment, *start]) + '\n')
