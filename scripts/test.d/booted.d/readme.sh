# shellcheck shell=bash
# README's sections on what runs under systemd, executed as they are written. To be sourced.
# shellcheck disable=SC2154 # What it does not set is set by `run`, which sources it.

# The commands of a section, as they stand there; certbot's paragraph would need the world outside.
# Usage: readme_commands SECTION
readme_commands() {
    awk -v section="## $1" '
        /^## / { inside = $0 == section }
        inside && /^    / { block = block substr($0, 5) "\n"; next }
        { if (block !~ /certbot/) printf "%s", block; block = "" }' "$top/README.md"
}

# The source, in which scripts/build has only to say where the binary is, and what the reader has.
put_source() {
    local source
    source=$(machine_path /srv/mailpit)
    mkdir -p "$source"
    cp -r "$top"/{README.md,scripts,systemd} "$source/"
    install -m 755 "$binary" "$source/mailpit"
    printf '#!/bin/sh\necho /srv/mailpit/mailpit\n' > "$source/scripts/build"
    cp "$work/first.pem" "$source/cert.pem"
    cp "$work/first.key" "$source/key.pem"
}

# Usage: follow_readme SECTION
follow_readme() {
    readme_commands "$1" > "$work/commands"
    [ -s "$work/commands" ]
    inside sh -c 'cd /srv/mailpit && exec bash -ex' < "$work/commands"
}

follow_readme_on_systemd() {
    put_source
    follow_readme 'Under systemd'
    arrives readme
}

follow_readme_on_certificates() {
    follow_readme 'Certificate and key'
    [ "$(inside stat -c '%U %a' /etc/mailpit/key.pem)" = 'root 600' ]
    arrives credentials
}

follow_readme_on_services() {
    follow_readme 'Several services on one machine'
    # Credentials are for mailpit@.service so far.
    put_certificate first
    send_by_curl strict@example.org smtp://localhost:1026/client.example.org
    is_stored_as_sent strict@example.org /var/lib/mailpit-strict/Maildir
}

# Its command tells the journal.
follow_readme_on_new_mail() {
    follow_readme 'A command for each new message'
    send_by_curl told@example.org
    wait_for 30 nothing_is_new
    inside journalctl --sync
    inside journalctl --identifier=new-mail > "$work/told"
    while IFS= read -r file; do
        [ "$(grep -cF "/new/${file%:2,}" "$work/told")" = 1 ]
    done < <(inside ls "$maildir/cur")
    [ "$(inside ls "$maildir/cur" | wc -l)" = 3 ]
}
