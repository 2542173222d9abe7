# shellcheck shell=bash
# Messages that are sent to the machine, and what it has stored. To be sourced after nspawn.sh.
# In $work: message.eml as clients send it, stored as the Maildir is to have it, NAME.pem and
# NAME.key of certificates.
# shellcheck disable=SC2154 # What it does not set is set by `booted`, which sources it.

maildir=/var/lib/mailpit/Maildir

# Puts a certificate where mailpit.env has it, with a key that the service may read.
put_certificate() {
    install -m 644 "$work/$1.pem" "$(machine_path /etc/mailpit/cert.pem)"
    install -m 640 "$work/$1.key" "$(machine_path /etc/mailpit/key.pem)"
    inside chgrp mailpit /etc/mailpit/key.pem
}

# A message with what could be changed on the way: dots, octets beyond ASCII, blanks at line ends.
make_message() {
    printf '%s\r\n' 'From: Alice <alice@example.org>' 'To: bob@example.org' 'Subject: as sent' \
        'Date: Wed, 25 Nov 2026 09:00:00 +0000' 'Message-ID: <1@example.org>' '' \
        '.' '..dots' $'Gr\303\274\337e \t' '' '' > "$work/message.eml"
    tr -d '\r' < "$work/message.eml" > "$work/stored"
}

# Sends it by curl over verified TLS. Usage: send_by_curl RECIPIENT [URL OPTION...]
send_by_curl() {
    local recipient=$1 url=${2:-smtp://localhost:1025/client.example.org}
    shift $(($# < 2 ? $# : 2))
    in_network curl --silent --show-error --max-time 30 --ssl-reqd --cacert "$work/first.pem" "$@" \
        "$url" --mail-from alice@example.org --mail-rcpt "$recipient" \
        --upload-file "$work/message.eml"
}

# The paths of the messages in new/ for a recipient. Usage: stored_for RECIPIENT [MAILDIR]
stored_for() {
    inside grep -rlxF "Envelope-To: <$1>" "${2:-$maildir}/new"
}

# One message for the recipient is there, the user's own, and its octets are those that were sent.
is_stored_as_sent() {
    local file
    file=$(stored_for "$@")
    [ "$(inside stat -c '%U:%G %a' "$file")" = 'mailpit:mailpit 600' ]
    inside cat "$file" | tail -c "$(wc -c < "$work/stored")" | cmp - "$work/stored"
    # Before it nothing but our header.
    inside head -n 1 "$file" | finds -x 'Return-Path: <alice@example.org>'
}

# A message that is sent by curl arrives.
arrives() {
    send_by_curl "$1@example.org"
    is_stored_as_sent "$1@example.org"
}

all_units_are_up() { [ "$(inside systemctl is-system-running)" = running ]; }

# No unit has failed, and the socket is there.
all_is_well() {
    local failed
    failed=$(inside systemctl list-units --failed --plain --no-legend)
    [ -z "$failed" ] || { printf '%s\n' "$failed" && return 1; }
    inside systemctl is-active --quiet mailpit.socket
}

# Runs a script of ours in the machine's network. Usage: client NAME ARGUMENT...
client() {
    local script=$1
    shift
    in_network python3 -B "$here/$script.py" "$@"
}

# Waits until no session is left.
sessions_are_over() { wait_for 30 no_session; }
no_session() { [ -z "$(inside systemctl list-units --plain --no-legend 'mailpit*@*.service')" ]; }
