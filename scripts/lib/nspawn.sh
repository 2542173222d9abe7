# shellcheck shell=bash
# Boots a systemd of its own from the tree of a root, by systemd-nspawn, and ends it without a trace:
# no process, no mount, no control group. One machine at a time. To be sourced after common.sh, by
# root; `machine_end` belongs into clean_up.
#
# It has a network of its own with nothing but loopback, into which `in_network` brings our clients.

machine_name=mailpit-test-$$
machine_nspawn=          # systemd-nspawn, while it runs
machine_init=            # process 1 of the machine, as its number is here
machine_log=
machine_lock=
# What nspawn 252 forbids though it is not dangerous, and what a session's sandbox wants.
machine_system_calls="landlock_create_ruleset landlock_add_rule landlock_restrict_self"

# Boots the tree, and returns when all that it starts is up. Usage: machine_boot ROOT LOG
machine_boot() {
    local root=$1 options=()
    machine_log=$2
    machine_lock=/run/systemd/nspawn/locks/inode-$(stat -c %d:%i "$root")
    unshare --mount --pid --net --fork true 2> "$machine_log" || fail "$(cat "$machine_log")
here root may not make namespaces, which systemd-nspawn needs: this wants a machine, a virtual
machine or a container with all privileges"
    # Where systemd runs it gives the machine a scope. Elsewhere we give it control groups.
    [ -d /run/systemd/system ] || options+=(--keep-unit)
    options+=(--register=no --link-journal=no --private-network --console=pipe)
    options+=(--system-call-filter="$machine_system_calls")
    (
        [ -d /run/systemd/system ] || machine_enter_groups
        # It ends with us, even if we are killed; and what a terminal sends to us is not for it.
        exec setsid setpriv --pdeathsig TERM systemd-nspawn --boot --quiet --directory="$root" \
            --machine="$machine_name" "${options[@]}"
    ) < /dev/null > "$machine_log" 2>&1 &
    machine_nspawn=$!
    wait_for 60 machine_is_up || fail "the machine does not come up: $(machine_complaint)"
}

# Control groups of our own, in the hierarchy that systemd uses and in the one that is to be.
machine_enter_groups() {
    local hierarchy
    for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
        [ -w "$hierarchy/cgroup.procs" ] || continue
        mkdir "$hierarchy/$machine_name"
        printf '%s\n' "$BASHPID" > "$hierarchy/$machine_name/cgroup.procs"
    done
}

machine_is_up() {
    [ -d "/proc/$machine_nspawn" ] || fail "systemd-nspawn has ended: $(cat "$machine_log")"
    [ -n "$machine_init" ] || machine_find_init || return
    # Without a bus yet it prints nothing; "degraded" is for the caller to be seen.
    case $(inside systemctl is-system-running 2> /dev/null || true) in
        running | degraded) ;;
        *) return 1 ;;
    esac
}

# The child of nspawn that is the first process of a namespace.
machine_find_init() {
    local child children
    read -ra children <<< "$(cat "/proc/$machine_nspawn/task/"*/children 2> /dev/null)"
    for child in "${children[@]}"; do
        grep -qE '^NSpid:[[:space:]]+[0-9]+[[:space:]]1$' "/proc/$child/status" 2> /dev/null \
            && machine_init=$child && return
    done
    return 1
}

machine_complaint() {
    cat "$machine_log"
    [ -z "$machine_init" ] || inside systemctl --no-pager list-jobs 2>&1 || true
}

# Runs a command in the machine, as root and without our environment.
inside() {
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive SYSTEMD_PAGER='' \
        nsenter --target "$machine_init" --all -- "$@"
}

# Runs a command of ours in the machine's network.
in_network() { nsenter --target "$machine_init" --net -- "$@"; }

# Where a file of the machine is for us.
machine_path() { printf '/proc/%s/root%s\n' "$machine_init" "$1"; }

# Ends the machine: with its process 1 the kernel ends all others, and then nspawn ends.
machine_end() {
    if [ -n "$machine_nspawn" ]; then
        [ -n "$machine_init" ] && kill -KILL "$machine_init" 2> /dev/null \
            && wait_for 20 machine_nspawn_is_over || kill -KILL "$machine_nspawn" 2> /dev/null || true
        wait "$machine_nspawn" 2> /dev/null || true
    fi
    machine_init='' machine_nspawn=''
    machine_remove_groups
    rmdir "/run/systemd/nspawn/propagate/$machine_name" 2> /dev/null || true
    [ -z "$machine_lock" ] || rm -f "$machine_lock"
}

# Gone, or waiting to be waited for.
machine_nspawn_is_over() {
    ! grep -qs '^State:[[:space:]]*[^Z[:space:]]' "/proc/$machine_nspawn/status"
}

machine_remove_groups() {
    local group
    for group in {/sys/fs/cgroup,/sys/fs/cgroup/unified,/sys/fs/cgroup/systemd}/"$machine_name"; do
        [ ! -d "$group" ] || wait_for 10 machine_remove_group "$group" || fail "cannot remove $group"
    done
}

# Groups cannot be removed before the last process is quite gone, and those within come first.
machine_remove_group() { find "$1" -depth -type d -exec rmdir {} + 2> /dev/null; }
