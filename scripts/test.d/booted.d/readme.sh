# shellcheck shell=bash
# README's section on systemd, executed as it is written. To be sourced after nspawn.sh.
# shellcheck disable=SC2154 # What it does not set is set by `run`, which sources it.

# The commands of the section, as they stand there.
readme_commands() {
    sed -n '/^## Under systemd$/,/^## [^U]/p' "$top/README.md" | sed -n 's/^    //p'
}

# A copy of the source in which scripts/build has only to say where the binary is.
put_source() {
    local source
    source=$(machine_path /root/mailpit)
    mkdir -p "$source/scripts"
    cp -r "$top/systemd" "$source/"
    install -m 755 "$binary" "$source/mailpit"
    printf '#!/bin/sh\necho /root/mailpit/mailpit\n' > "$source/scripts/build"
    chmod 755 "$source/scripts/build"
}

follow_readme() {
    put_source
    readme_commands > "$work/commands"
    [ -s "$work/commands" ]
    inside sh -c 'cd /root/mailpit && exec bash -e' < "$work/commands"
    put_certificate first
}

# What the section has beside commands: where the other files of systemd/ go.
install_the_rest() {
    inside install -D -m 644 /root/mailpit/systemd/mailpit.tmpfiles /etc/tmpfiles.d/mailpit.conf
    inside install -D -m 644 /root/mailpit/systemd/mailpit.catalog \
        /usr/local/lib/systemd/catalog/mailpit.catalog
    inside systemd-tmpfiles --create
    inside journalctl --update-catalog
}
