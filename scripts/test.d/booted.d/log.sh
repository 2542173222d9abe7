# shellcheck shell=bash
# What the journal of the machine has to tell. To be sourced after mail.sh.
# shellcheck disable=SC2154 # What it does not set is set by `booted`, which sources it.

journal_place() { inside journalctl -n 0 --show-cursor | sed -n 's/^-- cursor: //p'; }

# The entries since a place, one JSON object a line. All of them: together with a match journalctl
# 252 leaves out the first one. Usage: journal_since PLACE
journal_since() {
    inside journalctl --sync
    inside journalctl --output=json --all --after-cursor="$1"
}

holds_a_thousand_sessions() {
    local place stored
    place=$(journal_place)
    stored=$(inside find "$maildir/new" -type f | wc -l)
    client load "$work/first.pem" "${enter[@]}" > "$work/load.json"
    sessions_are_over
    all_is_well
    journal_since "$place" > "$work/journal.json"
    # What was acknowledged is there, and what the killed ones left is in tmp/, where nobody looks.
    [ "$(inside find "$maildir/new" -type f | wc -l)" = $((stored + $(acknowledged))) ]
    [ "$(inside find "$maildir/tmp" -type f | wc -l)" = 20 ]
    inside find "$maildir/tmp" -type f -delete
}

acknowledged() { python3 -c 'import json,sys; print(len(json.load(sys.stdin)["stored"]))' < "$work/load.json"; }

journal_is_complete() {
    python3 -B "$here/journal.py" "$work/load.json" < "$work/journal.json" > "$work/entries"
}

# An entry too large for a datagram is handed over as a file, under the sandbox as well.
has_large_entries() {
    local place name
    place=$(journal_place)
    configure MP_SMTP_MAX_RECIPIENTS=1200
    name=$(odd has_many_recipients 1200)
    configure
    journal_since "$place" > "$work/large.json"
    grep -qF "$name" "$work/large.json"
    [ "$(grep -oE '<[0-9]{888}@example.org>' "$work/large.json" | sort -u | wc -l)" = 1200 ]
}

# For each event that has come up so far journalctl -x shows the text of the catalog.
is_explained() {
    local id subject
    inside journalctl --sync
    while read -r id subject; do
        inside journalctl -x -n 1 "MESSAGE_ID=$id" > "$work/explained"
        grep -q '^-- No entries' "$work/explained" && continue
        grep -qxF "░░ Subject: $subject" "$work/explained"
        grep -qxF '░░ Defined-By: mailpit' "$work/explained"
        printf '%s\n' "$subject"
    done < <(catalog) > "$work/subjects"
    [ "$(wc -l < "$work/subjects")" -ge 6 ]
}

# Identifier and subject of each event.
catalog() { sed -nE '/^-- /{s/^-- //;N;s/\nSubject: / /;p}' "$top/systemd/mailpit.catalog"; }
