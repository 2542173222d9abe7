#!/usr/bin/env bash
# Measures a peer; to be called by peers.py, as root in mount, process and network namespaces that
# nobody else is in. Prints five lines: smtpload's JSON for sessions one at a time, for eight at a
# time and for a message of 50 MiB, then for a server that stays the clock ticks of the first and its
# peak memory in KiB.
#
# Usage: peer.sh NAME WORKPLACE CLIENT SESSIONS PACKAGE...
set -euo pipefail

name=$1 workplace=$2 client=$3 sessions=$4
shift 4
here=$(cd "$(dirname "$0")" && pwd)
place=$workplace/peer root=$workplace/peer/root

# All of this system's files, with what is changed kept in memory; the mail goes to the disk.
overlay() {
    mkdir -p "$place"
    mount -t tmpfs tmpfs "$place"
    mkdir -p "$place"/{upper,work,root}
    mount -t overlay overlay -o "lowerdir=/,upperdir=$place/upper,workdir=$place/work" "$root"
    mount --bind /proc "$root/proc"
    mount --bind /dev "$root/dev"
    mkdir -p "$workplace/spool-$name" "$root/var/spool/peer" "$root$workplace"
    mount --bind "$workplace/spool-$name" "$root/var/spool/peer"
    mount --bind "$workplace" "$root$workplace"
}

in_root() { chroot "$root" "$@"; }

install_peer() {
    # invoke-rc.d(8): 101 forbids to start anything.
    printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    echo "postfix postfix/main_mailer_type select No configuration" | in_root debconf-set-selections
    in_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-download \
        --no-install-recommends -y "$@" > "$workplace/$name-install.log" 2>&1 \
        || { cat "$workplace/$name-install.log" >&2 && exit 1; }
}

configure_exim4() {
    cat > "$root/etc/exim4/peer.conf" << EOF
spool_directory = /var/spool/peer
log_file_path = /var/spool/peer/%slog
primary_hostname = localhost
tls_advertise_hosts = *
tls_certificate = /etc/exim4/peer.pem
tls_privatekey = /etc/exim4/peer.key
queue_only
host_lookup =
rfc1413_hosts =
message_size_limit = 0
smtp_accept_max_per_connection = 0
acl_smtp_rcpt = accept
EOF
    install_credentials Debian-exim /etc/exim4/peer.pem /etc/exim4/peer.key
    in_root chown Debian-exim:Debian-exim /var/spool/peer
    target=(-- /usr/sbin/exim4 -C /etc/exim4/peer.conf -bs)
}

configure_postfix() {
    install_credentials root /etc/postfix/peer.pem /etc/postfix/peer.key
    cp "$root/usr/share/postfix/master.cf.dist" "$root/etc/postfix/master.cf"
    # It takes mail for anybody from here, and throws it away once it is in the queue.
    cat > "$root/etc/postfix/main.cf" << EOF
compatibility_level = 3.6
queue_directory = /var/spool/peer
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = localhost
mydestination =
default_transport = discard:
smtpd_peername_lookup = no
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_tls_cert_file = /etc/postfix/peer.pem
smtpd_tls_key_file = /etc/postfix/peer.key
smtpd_tls_security_level = may
smtpd_client_connection_count_limit = 0
message_size_limit = 0
mailbox_size_limit = 0
maillog_file = /var/log/postfix.log
EOF
    in_root postconf -F '*/*/chroot=n'
    in_root postconf -M smtp/inet='2525 inet n - n - - smtpd'
    in_root postconf -M postlog/unix-dgram='postlog unix-dgram n - n - 1 postlogd'
    in_root postfix start > "$workplace/$name-start.log" 2>&1 \
        || { cat "$workplace/$name-start.log" >&2 && exit 1; }
    target=(--connect 127.0.0.1:2525)
}

install_credentials() {
    install -o root -g root -m 644 "$workplace/certificate.pem" "$root$2"
    install -m 600 "$workplace/key.pem" "$root$3"
    in_root chown "$1" "$3"
}

load() {
    in_root "$client" --json --ca "$workplace/certificate.pem" "$@" "${target[@]}" || true
}

ticks() { python3 -B "$here/peers.py" ticks; }

ip link set lo up
overlay
install_peer "$@"
"configure_$name"
load --sessions 8 --at-a-time 8 > /dev/null
before=$(ticks)
load --sessions "$sessions" --size 1024
after=$(ticks)
load --sessions $((2 * sessions)) --at-a-time 8 --size 1024
load --sessions 1 --size $((50 << 20))
echo $((after - before))
python3 -B "$here/peers.py" peak
