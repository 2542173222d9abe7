# shellcheck shell=bash
# `mailpit check --service`: its verdict is what a session gets, however the environment file is written. To
# be sourced after service.sh.
# shellcheck disable=SC2154 # What it does not set is set by `booted`, which sources it.

# Checks a service: what it prints is in $work/checked and $work/errors. Usage: check NAME@ [OPTION]
check() {
    local status=0 left
    inside mailpit check --service "$@" > "$work/checked" 2> "$work/errors" || status=$?
    left=$(inside sh -c 'ls -d /run/mailpit-check.* /run/systemd/system/*check*' 2> /dev/null || true
        inside systemctl list-units --all --plain --no-legend 'mailpit*check*')
    [ -z "$left" ] || fail "it leaves $left"
    return "$status"
}

# The service is right: a session greets, and the check has no error. With a pattern, the greeting has it.
agree_that_it_is_right() {
    local said
    said=$(hears)
    [[ $said == "220 "*"${1:-}"* ]] || { printf '%s\n' "$said" && return 1; }
    check mailpit@ || { cat "$work/errors" && return 1; }
    grep -q '^result: no errors' "$work/checked"
}

# It is wrong: a session says so, and the check has the reason that the session logs.
agree_that_it_is_wrong() {
    local reason
    [[ $(hears) == "421 4.3.5 "* ]]
    inside journalctl --sync
    reason=$(inside journalctl -q -o cat -n 1 -p err MAILPIT_EVENT=config-error)
    reason=${reason% (running as *}
    fails check mailpit@
    if ! grep -qxF "error: $reason" "$work/errors" || [[ $reason != *"$1"* ]]; then
        printf '%s\n' "$reason" && cat "$work/errors" && return 1
    fi
}

# The same of lines in mailpit.env. Usage: is_right_with PATTERN LINE...; is_wrong_with REASON LINE...
is_right_with() { configure "${@:2}" && agree_that_it_is_right "$1"; }
is_wrong_with() { configure "${@:2}" && agree_that_it_is_wrong "$1"; }

a_hash_in_double_quotes() {
    # shellcheck disable=SC2016
    is_right_with '' 'MP_SMTP_AUTH="tim:$2y$04$KJVSlSpCLyD1ThPiFyyGUuKKVPRfpYfZrGIQnNGVfKcrUFVTfPRTe"'
    grep -q '^auth: required; 1 user (bcrypt)' "$work/checked"
}
lines_of_another_system() {
    is_right_with '(dos)' $'MP_LABEL=dos\r' $'MP_SMTP_TIMEOUT=7\r'
    grep -q ', 7 s a command$' "$work/checked"
}
a_mark_at_the_beginning() {
    printf '\357\273\277MP_SMTP_TLS_CERT=/etc/mailpit/cert.pem\nMP_SMTP_TLS_KEY=/etc/mailpit/key.pem\n' \
        > "$(machine_path /etc/mailpit/mailpit.env)"
    agree_that_it_is_wrong '--smtp-tls-key needs --smtp-tls-cert'
}
no_environment_file() {
    rm "$(machine_path /etc/mailpit/mailpit.env)"
    agree_that_it_is_wrong 'TLS is required'
    grep -qx 'environment: /etc/mailpit/mailpit.env, which is not there' "$work/checked"
    configure
}

# The user, the Maildir and the options of each are its own.
each_service() {
    check mailpit@
    grep -q '^user: mailpit, uid ' "$work/checked"
    grep -q '^maildir: /var/lib/mailpit/Maildir; a file made durable' "$work/checked"
    grep -q '^tls: required, by STARTTLS; TLS 1.2 to 1.3$' "$work/checked"
    grep -qE '^service: (/usr)?/lib/systemd/system/mailpit@\.service$' "$work/checked"
    check mailpit-submissions@.service
    grep -q '^tls: before the greeting; ' "$work/checked"
    grep -q '^maildir: /var/lib/mailpit/Maildir; ' "$work/checked"
    check mailpit-strict
    grep -q '^tls: required, by STARTTLS; TLS 1.3 to 1.3$' "$work/checked"
    grep -q '^maildir: /var/lib/mailpit-strict/Maildir; ' "$work/checked"
    grep -qx 'environment: /etc/mailpit/mailpit-strict.env' "$work/checked"
    check mailpit@ --quiet
    [ ! -s "$work/checked" ] && [ ! -s "$work/errors" ]
}

# A drop-in counts: credentials that only root can read, flags of the command, and a user.
drop_ins_count() {
    inside chown root:root /etc/mailpit/key.pem
    inside chmod 600 /etc/mailpit/key.pem
    drop_in mailpit@.service '[Service]' ExecStart= $'ExecStart=/usr/bin/mailpit \\\n  --label "%p %%"'
    with_example hardened.conf with_example credentials.conf agree_that_it_is_right '(mailpit %)'
    grep -q '^certificate: /run/credentials/' "$work/checked"
    grep -qx 'service: /run/systemd/system/mailpit@.service.d/test.conf' "$work/checked"
    drop_in mailpit@.service
    agree_that_it_is_wrong 'it is kept out by /etc/mailpit/key.pem (mode 0600, root:root)'
    put_certificate first
}

# What systemd itself cannot do is told in its words.
a_unit_that_cannot_start() {
    drop_in mailpit@.service '[Service]' User=nobody-of-this-name
    fails check mailpit@
    grep -q '^error: systemd cannot start the service:$' "$work/errors"
    grep -q 'USER' "$work/errors"
    drop_in mailpit@.service
    fails check no-such@
    grep -qx 'error: there is no service no-such@.service' "$work/errors"
    fails inside setpriv --reuid=65534 mailpit check --service mailpit@ 2> "$work/errors"
    grep -q 'has to be run as root' "$work/errors"
}
