#!/usr/bin/env python3
"""Prints the relative links of pages in Markdown that lead nowhere: to no file, or to no heading of a
page. Fails if there are any, or no links at all.

Usage: links.py PAGE...
"""

import os
import re
import sys

LINK = re.compile(r'\]\(([^)\s]+)\)')


def lines(path):
    """The lines of a page that are not code."""
    with open(path, encoding='utf-8') as file:
        return [line.rstrip('\n') for line in file if not line.startswith('    ')]


def anchors(path):
    """What a heading is called in a link: in lower case, without marks, blanks as hyphens."""
    headings = [line.lstrip('#') for line in lines(path) if re.match('#+ ', line)]
    return {re.sub(r'[^\w\- ]', '', heading.strip().lower()).replace(' ', '-')
            for heading in headings}


def leads_somewhere(page, link):
    target, _, anchor = link.partition('#')
    path = os.path.join(os.path.dirname(page), target) if target else page
    return os.path.exists(path) and (not anchor or anchor in anchors(path))


def main(pages):
    links = [(page, link) for page in pages for link in LINK.findall('\n'.join(lines(page)))
             if not link.startswith('https://')]
    lost = [f'{page}: {link}' for page, link in links if not leads_somewhere(page, link)]
    print('\n'.join(lost))
    sys.exit(not links or bool(lost))


if __name__ == '__main__':
    main(sys.argv[1:])
