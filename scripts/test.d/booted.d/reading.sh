# shellcheck shell=bash
# Mail that is read by whoever is neither root nor the service, by the manual's commands as they are
# written. To be sourced after readme.sh.
# shellcheck disable=SC2154 # What it does not set is set by `booted`, which sources it.

section() { "$top/scripts/manual.d/section" "$1"; }

# Runs what standard input says as a user `you`, who has just logged in.
as_you() { inside runuser -l you -c 'sh -ex'; }

# From a tree with nothing but the file of the package: commands of root, and then of `you`. The pager has
# no terminal, and prints.
six_commands() {
    local commands yours
    commands=$(section six) yours=${commands#*$'\n\n'}
    [ "$(grep -cvE '^( |$)' <<< "$commands")" -le 6 ]
    inside useradd --create-home --shell /bin/sh you
    cp "$package" "$(machine_path /srv)/"
    inside sh -c 'cd /srv && exec sh -ex' <<< "${commands%%$'\n\n'*}"
    as_you <<< "${yours/less /cat }" > "$work/read"
    grep -qx 'Envelope-To: <you@example.org>' "$work/read"
    grep -qx 'Subject: hello' "$work/read"
    # A reader moves what it has seen, and who is in no group does not get there.
    as_you <<< "mv $maildir/new/* $maildir/cur/"
    fails inside setpriv --reuid daemon --regid daemon --clear-groups ls "$maildir/cur"
}

# As before it.
forget_all() {
    inside apt-get purge --yes mailpit
    inside rm -r /var/lib/mailpit
    inside userdel mailpit
}

# Where there is a Maildir already, which was private.
follow_manual_on_group() {
    local file
    inside systemctl disable --now mailpit-delivered.path
    inside useradd --create-home --shell /bin/sh you
    follow_manual reader
    follow_manual reader-late
    send_by_curl late@example.org
    file=$(stored_for late@example.org)
    [ "$(inside stat -c '%U:%G %a' "$file")" = 'mailpit:mailpit 640' ]
    as_you <<< "cat $maildir/new/* | grep -cx 'Envelope-To: <late@example.org>' && mv $file $maildir/cur/"
    inside sed -i '/^MP_MAILDIR_ACCESS=/d' /etc/mailpit/mailpit.env
}

# What is younger than the age stays, and what is older goes. An age is that of the youngest of all times
# of a file, so it is not the file that is made older here.
follow_manual_on_age() {
    send_by_curl aged@example.org
    follow_manual reader-age
    inside systemd-tmpfiles --clean
    [ -n "$(inside ls "$maildir/new")" ]
    sed -i 's/30d$/1us/' "$(machine_path /etc/tmpfiles.d/mailpit-age.conf)"
    inside systemd-tmpfiles --clean
    [ -z "$(inside ls "$maildir/new")" ]
    inside rm /etc/tmpfiles.d/mailpit-age.conf
    for recipient in old young; do send_by_curl "$recipient@example.org"; done
    inside touch --date='31 days ago' "$(stored_for old@example.org)"
    follow_manual reader-find
    fails stored_for old@example.org
    is_stored_as_sent young@example.org
}

# From a file to what its client said.
follow_manual_on_dialogue() {
    local name
    configure MP_VERBOSE=true
    send_by_curl dialogue@example.org
    configure
    name=$(stored_for dialogue@example.org)
    section reader-dialogue | sed "s#NAME#${name##*/}#" > "$work/commands"
    inside journalctl --sync
    inside sh -e < "$work/commands" > "$work/dialogue"
    grep -q 'RCPT TO:<dialogue@example.org>' "$work/dialogue"
    fails grep -q 'RCPT TO:<young@example.org>' "$work/dialogue"
}
