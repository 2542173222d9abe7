# shellcheck shell=bash
# README's section on systemd, executed as it is written. To be sourced after nspawn.sh.
# shellcheck disable=SC2154 # What it does not set is set by `run`, which sources it.

# The commands of the section, as they stand there.
readme_commands() {
    awk '/^## / { wanted = $0 == "## Under systemd" } wanted && sub(/^    /, "")' "$top/README.md"
}

# A copy of the source, in which scripts/build has only to say where the binary is, beside certificate
# and key.
put_source() {
    local source
    source=$(machine_path /srv/mailpit)
    mkdir -p "$source"
    cp -r "$top/scripts" "$top/systemd" "$top/README.md" "$source/"
    install -m 755 "$binary" "$source/mailpit"
    printf '#!/bin/sh\necho /srv/mailpit/mailpit\n' > "$source/scripts/build"
    cp "$work/first.pem" "$source/cert.pem"
    cp "$work/first.key" "$source/key.pem"
}

follow_readme() {
    put_source
    readme_commands > "$work/commands"
    [ -s "$work/commands" ]
    inside sh -c 'cd /srv/mailpit && exec bash -e' < "$work/commands"
}
