# shellcheck shell=bash
# The manual's commands for systemd, executed as they are written. To be sourced.
# shellcheck disable=SC2154 # What it does not set is set by `booted`, which sources it.

# The source, in which scripts/build has only to say where the binary is, and what the reader has.
put_source() {
    local source
    source=$(machine_path /srv/mailpit)
    mkdir -p "$source/Sources/mailpit"
    cp -r "$top"/{README.md,scripts,systemd} "$source/"
    cp -r "$top/Sources/mailpit/mailpit.docc" "$source/Sources/mailpit/"
    install -m 755 -t "$source" "$binary" "$binary-verify"
    printf '#!/bin/sh\necho /srv/mailpit/mailpit\n' > "$source/scripts/build"
}

# Usage: follow_manual SECTION
follow_manual() {
    "$top/scripts/manual.d/section" "$1" > "$work/commands"
    inside sh -c 'mkdir -p /srv/mailpit && cd /srv/mailpit && exec bash -ex' < "$work/commands"
}

# From the installation to the log. The certificate that is made there is the one for what follows.
follow_readme_on_systemd() {
    put_source
    follow_manual install
    follow_manual service > "$work/shown"
    cp "$(machine_path /srv/mailpit/cert.pem)" "$work/first.pem"
    cp "$(machine_path /srv/mailpit/key.pem)" "$work/first.key"
    grep -qx 'Envelope-To: <you@example.org>' "$work/shown"
    grep -qx 'Subject: hello' "$work/shown"
    grep -q ': message stored' "$work/shown"
    arrives readme
}

follow_readme_on_addresses() {
    follow_manual address
    for url in smtp://127.0.0.1:2525 'smtp://[::1]:2525'; do
        send_by_curl address@example.org "$url/client.example.org" --insecure
    done
    fails send_by_curl old@example.org smtp://127.0.0.1:1025/client.example.org --insecure
    inside rm -r /etc/systemd/system/mailpit.socket.d
    follow_manual stop
    fails inside systemctl --quiet is-active mailpit.socket
    inside systemctl daemon-reload
    inside systemctl enable --now mailpit.socket
    arrives moved
}

follow_readme_on_certificates() {
    follow_manual certificates
    [ "$(inside stat -c '%U %a' /etc/mailpit/key.pem)" = 'root 600' ]
    arrives credentials
}

follow_readme_on_services() {
    follow_manual services
    # Credentials are for mailpit@.service so far.
    put_certificate first
    send_by_curl strict@example.org smtp://localhost:1026/client.example.org
    is_stored_as_sent strict@example.org /var/lib/mailpit-strict/Maildir
}

# Its command tells the journal.
follow_readme_on_new_mail() {
    local count
    count=$(inside ls "$maildir/new" | wc -l)
    follow_manual delivered
    send_by_curl told@example.org
    wait_for 30 nothing_is_new
    inside journalctl --sync
    inside journalctl --identifier=new-mail > "$work/told"
    while IFS= read -r file; do
        [ "$(grep -cF "/new/${file%:2,}" "$work/told")" = 1 ]
    done < <(inside ls "$maildir/cur")
    [ "$(inside ls "$maildir/cur" | wc -l)" = $((count + 1)) ]
}

# The lines mean the same to systemd and to the shell that reads them for `mailpit check`.
follow_reference_on_environment() {
    local file
    file=$(machine_path /etc/mailpit/mailpit.env)
    cp "$file" "$work/mailpit.env.before"
    "$top/scripts/manual.d/section" environment-file >> "$file"
    send_by_curl wanted@example.org smtp://localhost:1025/client.example.org --verbose 2> "$work/curl"
    grep -q '^< 220 .* Mailpit (for tests)' "$work/curl"
    fails send_by_curl unwanted@exampleXorg
    inside bash -euc '. /etc/mailpit/mailpit.env; set -o posix; set' > "$work/variables"
    grep -qF 'MP_SMTP_ALLOWED_RECIPIENTS='\''^[^@]+@example\.org$'\' "$work/variables"
    follow_manual check > "$work/checked"
    grep -q '^result: no errors' "$work/checked"
    cp "$work/mailpit.env.before" "$file"
}
