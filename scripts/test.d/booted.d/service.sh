# shellcheck shell=bash
# What is true of the service in the machine, however it was installed. To be sourced after mail.sh.
# shellcheck disable=SC2154 # What it does not set is set by `booted`, which sources it.

# Sets options in mailpit.env, in place of those that were set before; without any, restores it.
# Usage: configure [NAME=VALUE...]
configure() {
    local file
    file=$(machine_path /etc/mailpit/mailpit.env)
    [ -e "$work/mailpit.env" ] || cp "$file" "$work/mailpit.env"
    { cat "$work/mailpit.env" && printf '%s\n' MP_SANDBOX=require "$@"; } > "$file"
}

# Adds lines to a unit until the next call without lines. Usage: drop_in UNIT [LINE...]
drop_in() {
    local directory
    directory=$(machine_path "/run/systemd/system/$1.d")
    rm -rf "$directory"
    if [ "$#" -gt 1 ]; then
        mkdir -p "$directory"
        printf '%s\n' "${@:2}" > "$directory/test.conf"
    fi
    inside systemctl daemon-reload
}

# The name that a client of ours was told is that of one message in new/, and nothing is in tmp/.
is_stored_once() {
    [ "$(inside find "$maildir/new" -name "$1,S=*" | wc -l)" = 1 ]
    [ -z "$(inside find "$maildir/tmp" -type f)" ]
}

# A session of ours that is odd. Usage: odd KIND [ARGUMENT...]
odd() { client odd "$work/first.pem" "$@"; }

# The instances of mailpit@ that are stopped, one while it is storing.
is_stopped_gently() {
    is_stored_once "$(odd is_stopped "$machine_init" "${enter[@]}")"
}

# Runs the command of a row of the manual's table, and finds the reason in what it prints.
# Usage: shows_reason TEXT-OF-ROW PATTERN
shows_reason() {
    local command
    # shellcheck disable=SC2016 # Backticks of Markdown.
    command=$(grep -F "$1" "$top/Sources/mailpit/mailpit.docc/WhenItDoesNotWork.md" | sed 's/.*| `\(journalctl [^`]*\)`.*/\1/')
    inside journalctl --sync
    inside sh -c "$command" > "$work/reason"
    grep -qE "$2" "$work/reason" || { cat "$work/reason" && return 1; }
}

# What is sent to a client of a few words that does not know TLS.
hears() { in_network timeout 20 bash -c 'exec 3<> /dev/tcp/127.0.0.1/1025 && printf "EHLO x\r\nQUIT\r\n" >&3 && cat <&3'; }

has_reasons() {
    inside systemctl stop mailpit.socket
    fails hears
    shows_reason 'nobody listens there' 'Closed mailpit.socket'
    inside systemctl start mailpit.socket
    drop_in mailpit@.service '[Service]' User=none-such
    [ -z "$(hears || true)" ]
    shows_reason 'could not be started' 'none-such|user credentials'
    drop_in mailpit@.service
    configure MP_SMTP_PROXY_PROTOCOL=true
    [ -z "$(hears || true)" ]
    shows_reason 'no PROXY header' 'PROXY'
    configure MP_SMTP_AUTH_FILE=/nowhere
    [[ $(hears) == '421 4.3.5 '* ]]
    shows_reason 'configuration error: an option' '/nowhere: No such file'
    configure
    fails send_by_curl distrust@example.org smtp://localhost:1025/client.example.org --cacert "$work/second.pem"
    shows_reason 'a certificate error' 'alert|certificate'
    sessions_are_over
    all_is_well
}

# The value of a directive of mailpit.socket.
directive() { inside systemctl show --property="$1" --value mailpit.socket; }

keeps_to_its_limits() {
    odd fills "$(directive MaxConnectionsPerSource)" "$(directive MaxConnections)"
    shows_reason 'too many connections' 'Too many incoming connections'
    sessions_are_over
    all_is_well
}

survives_a_burst() {
    odd burst > "$work/burst"
    sessions_are_over
    all_is_well
}
