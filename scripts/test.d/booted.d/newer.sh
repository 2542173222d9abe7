# shellcheck shell=bash
# The package of this Debian in the next one: what other versions of systemd, OpenSSL and libcrypt could
# change. To be sourced after packaged.sh.
# shellcheck disable=SC2154 # What it does not set is set by `booted`, which sources it.

# The machine's own clients, as those of ours are of this Debian.
curl_inside() {
    inside curl --silent --show-error --max-time 30 --ssl-reqd --cacert /srv/cert.pem "${@:2}" \
        smtp://localhost:1025/client.example.org --mail-from alice@example.org --mail-rcpt "$1" \
        --upload-file /srv/message.eml
}

# Usage: handshake OPTION...
handshake() {
    inside openssl s_client -connect 127.0.0.1:1025 -servername localhost -starttls smtp -CAfile /srv/cert.pem \
        -verify_return_error -brief "$@" < /dev/null 2>&1
}

serves_its_clients() {
    for version in 1.2 1.3; do
        curl_inside "own$version@example.org" --tlsv$version --tls-max $version
        is_stored_as_sent "own$version@example.org"
    done
    handshake -tls1_3 | finds '^Protocol version: TLSv1.3'
}

# Its clients offer the group that is hard for quantum computers first, and get it; so does one that has
# nothing else.
has_group_of_today() {
    handshake -tls1_3 | finds X25519MLKEM768
    handshake -groups X25519MLKEM768 | finds '^CONNECTION ESTABLISHED'
    handshake -groups P-256 | finds '^CONNECTION ESTABLISHED'
}

# A reason is a text and not a number: an alert of the client's, and a refusal of OpenSSL's.
says_why_tls_failed() {
    fails curl_inside distrust@example.org --cacert /etc/ssl/certs/ca-certificates.crt
    inside journalctl --sync
    inside journalctl --output=cat --lines=1 MAILPIT_EVENT=tls-failed > "$work/reason"
    grep -qi 'alert "unknown ca' "$work/reason"
    fails handshake -tls1_1 -cipher DEFAULT:@SECLEVEL=0
    inside journalctl --sync
    inside journalctl --output=cat --lines=1 MAILPIT_EVENT=tls-failed > "$work/reason"
    grep -q 'unsupported protocol' "$work/reason"
    grep -q 'offered TLSv1.1, cipher suites TLS_' "$work/reason"
}

# Started by this systemd in place of a session; also a verdict that differs from a shell's.
checks_service() {
    agree_that_it_is_right
    is_wrong_with '"5   # five" is not' 'MP_SMTP_TIMEOUT=5   # five'
    configure
}

# The hashes of libcrypt, and one of OpenSSL.
knows_hashes() {
    local user
    # shellcheck disable=SC2016
    inside sh -ec '
        for salt in "\$y\$j9T\$abcdefgh" "\$6\$abcdefgh" "\$5\$abcdefgh" "\$2b\$05\$abcdefghijklmnopqrstuu"; do
            perl -e "print crypt(q(secret), q($salt)), qq(\n)"
        done
        openssl passwd -apr1 secret' | awk '{ print "user" NR ":" $0 }' > "$(machine_path /etc/mailpit/users)"
    configure MP_SMTP_AUTH_FILE=/etc/mailpit/users
    inside chgrp mailpit /etc/mailpit/users
    inside chmod 640 /etc/mailpit/users
    for user in user{1..5}; do
        curl_inside "$user@example.org" --user "$user:secret"
        is_stored_as_sent "$user@example.org"
        fails curl_inside "$user@example.org" --user "$user:wrong"
    done
    configure
}

works_with_examples() {
    with_example credentials.conf takes_credentials
    with_example hardened.conf checks_service
    with_example hardened.conf arrives hardened
}
