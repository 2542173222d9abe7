# shellcheck shell=bash
# The Debian package in a machine of its own, and what comes with it. To be sourced after service.sh.
# shellcheck disable=SC2154 # What it does not set is set by `booted`, which sources it.

units=/usr/lib/systemd/system
examples=/usr/share/doc/mailpit/examples

# What whoever follows the four commands has: the package, a certificate and a message.
put_belongings() {
    local home
    home=$(machine_path /srv)
    cp "$package" "$work/message.eml" "$home/"
    cp "$work/first.pem" "$home/cert.pem"
    cp "$work/first.key" "$home/key.pem"
}

four_commands() {
    put_belongings
    inside sh -c 'cd /srv && exec bash -ex' << 'END'
apt install --yes ./mailpit_*.deb
install -o root -g mailpit -m 640 cert.pem key.pem /etc/mailpit/
systemctl enable --now mailpit.socket
curl --silent --show-error --ssl-reqd --cacert cert.pem smtp://localhost:1025/client.example.org --mail-from alice@example.org --mail-rcpt four@example.org --upload-file message.eml
END
    is_stored_as_sent four@example.org
}

units_are_verified() {
    local output
    output=$(inside sh -c "systemd-analyze verify $units/mailpit*.*t $units/mailpit*.service $units/mailpit*.path")
    [ -z "$output" ] || { printf '%s\n' "$output" && return 1; }
}

# What systemd-analyze says of a service: 0 is best, 10 is worst. Usage: exposure SERVICE
exposure() { inside systemd-analyze security --no-pager "$1" | sed -n 's/^→ Overall exposure level for .*: //p'; }

# Puts a drop-in of the examples where its comment says, and takes it away again.
with_example() {
    local directory
    directory=$(machine_path /etc/systemd/system/mailpit@.service.d)
    mkdir -p "$directory"
    cp "$(machine_path "$examples/$1")" "$directory/"
    inside systemctl daemon-reload
    "${@:2}"
    rm -rf "$directory"  # One within another takes both away.
    inside systemctl daemon-reload
}

works_hardened() {
    arrives hardened
    exposure mailpit@x.service > "$work/hardened"
    has_large_entries
    is_stopped_gently
    sessions_are_over
    all_is_well
}

# The key is for root only.
takes_credentials() {
    inside chown root:root /etc/mailpit/key.pem
    inside chmod 600 /etc/mailpit/key.pem
    arrives credentials
    put_certificate first
}

has_implicit_tls() {
    inside systemctl enable --now mailpit-submissions.socket
    send_by_curl implicit@example.org smtps://localhost:465/client.example.org
    is_stored_as_sent implicit@example.org
    inside systemctl disable --now mailpit-submissions.socket
}

# A service of the examples beside the first one. Usage: begin_example NAME [OPTION...]
begin_example() {
    local name=$1
    inside sh -c "cp $examples/$name.socket $examples/$name@.service /etc/systemd/system/
        cp $examples/$name.env /etc/mailpit/ && systemctl daemon-reload"
    printf '%s\n' "${@:2}" >> "$(machine_path "/etc/mailpit/$name.env")"
    inside systemctl enable --now "$name.socket"
}

# Both share mailpit.env; each has a Maildir and options of its own.
has_services_beside() {
    begin_example mailpit-strict
    send_by_curl strict@example.org smtp://localhost:1026/client.example.org --tlsv1.3
    is_stored_as_sent strict@example.org /var/lib/mailpit-strict/Maildir
    fails send_by_curl strict@example.org smtp://localhost:1026/client.example.org --tls-max 1.2
    send_by_curl lenient@example.org smtp://localhost:1025/client.example.org --tls-max 1.2
    begin_example mailpit-chaos MP_CHAOS_TRIGGERS=Sender:451:100
    fails send_by_curl chaos@example.org smtp://localhost:1027/client.example.org --verbose 2> "$work/curl"
    grep -q '^< 220 .* Mailpit (chaos)' "$work/curl"
    grep -q '^< 451 ' "$work/curl"
    arrives beside
    for name in strict chaos; do
        inside systemctl is-active --quiet "mailpit-$name.socket"
        [ "$(inside systemctl show --property=MaxConnections --value "mailpit-$name.socket")" = 256 ]
        inside systemctl disable --now "mailpit-$name.socket"
    done
    sessions_are_over
    all_is_well
}

# The hook gets each message that is or comes into new/, once. Here it notes what it was given, and is
# at the first one until the last has come.
runs_hook() {
    local hook
    hook=$(machine_path /etc/mailpit/delivered)
    # shellcheck disable=SC2016
    printf '%s\n' '#!/bin/sh' 'until [ -e /var/lib/mailpit/sent ]; do sleep 0.05; done' \
        'echo "$1 $(sed -n "s/^Envelope-To: //p")" >> /var/lib/mailpit/hook.log' > "$hook"
    chmod 755 "$hook"
    inside systemctl enable --now mailpit-delivered.path
    for recipient in {1..8}; do send_by_curl "hook$recipient@example.org"; done
    inside touch /var/lib/mailpit/sent
    wait_for 30 nothing_is_new
    inside systemctl disable --now mailpit-delivered.path
    [ "$(inside sort /var/lib/mailpit/hook.log | uniq -d | wc -l)" = 0 ]
    for recipient in {1..8}; do
        [ "$(inside grep -cF "<hook$recipient@example.org>" /var/lib/mailpit/hook.log)" = 1 ]
        [ "$(inside grep -rlxF "Envelope-To: <hook$recipient@example.org>" "$maildir/cur" | grep -c ':2,$')" = 1 ]
    done
    all_is_well
}

nothing_is_new() { [ -z "$(inside ls "$maildir/new")" ]; }

# The package is installed anew in the middle of a session, which goes on, and of a message.
is_upgraded_under_way() {
    local name
    name=$(odd meanwhile "${enter[@]}" sh -c 'dpkg -i /srv/mailpit_*.deb > /dev/null')
    is_stored_once "$name"
    arrives upgraded
    all_is_well
}

# Gone is all that the package has brought, and the link of what was enabled. Mail and its owner stay,
# and what was put into /etc/mailpit. Usage: is_purged RECIPIENT
is_purged() {
    local file
    inside apt-get purge --yes mailpit
    while IFS= read -r file; do
        [ ! -e "$(machine_path "$file")" ] || fail "there still is $file"
    done < <(dpkg-deb --contents "$package" | awk '$1 !~ /^d/ { print substr($6, 2) }')
    [ -z "$(inside find /etc/systemd /var/lib/systemd -name mailpit.socket)" ]
    fails inside systemctl --quiet is-active mailpit.socket
    is_stored_as_sent "$1"
}
