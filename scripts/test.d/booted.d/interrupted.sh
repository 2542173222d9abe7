# shellcheck shell=bash
# What a machine leaves behind whose script is interrupted or fails: nothing. To be sourced.
# shellcheck disable=SC2154 # What it does not set is set by `booted`, which sources it.

# Says what there is of a machine that should be gone: processes, mounts in any namespace, control
# groups. Usage: traces NAME PROCESS-NAMESPACE ROOT
traces() {
    local process
    for process in /proc/[0-9]*; do
        [ "$(readlink "$process/ns/pid" 2> /dev/null)" != "$2" ] || cat "$process/stat" 2> /dev/null || true
    done
    grep -hF "$3" /proc/[0-9]*/mountinfo 2> /dev/null || true
    grep -lzF -- "--machine=$1" /proc/[0-9]*/cmdline 2> /dev/null || true
    find /sys/fs/cgroup /run/systemd/nspawn /run/systemd/machines -name "*$1*" -maxdepth 3 2> /dev/null || true
}

# Usage: no_traces PATTERN-OF-WHAT-MAY-STAY NAME PROCESS-NAMESPACE ROOT
no_traces() { ! traces "${@:2}" | grep -vE "$1"; }

# At SIGKILL empty groups may stay, as nobody is left to remove them. Usage: leaves_nothing SIGNAL ROOT
leaves_nothing() {
    local holder facts may_stay='^$'
    [ "$1" != KILL ] || may_stay='^/(sys/fs/cgroup|run/systemd/nspawn)/'
    rm -f "$work/held"
    # In the background SIGINT is ignored, as it also is where scripts/test was begun there.
    env --default-signal=INT "$here/hold" "$2" "$work/held.log" > "$work/held" 2> "$work/held.err" &
    holder=$!
    # shellcheck disable=SC2064 # This one, in the subshell that `shows` makes.
    trap "kill $holder 2> /dev/null || true" EXIT
    wait_for 60 grep -qs . "$work/held" || fail "$(cat "$work/held.err")"
    read -ra facts < "$work/held"
    [ -n "$(traces "${facts[@]}" "$2")" ] || fail "there are no traces of a machine that is up"
    kill -s "$1" "$holder"
    wait "$holder" 2> /dev/null && fail "interrupted, and content"
    wait_for 30 no_traces "$may_stay" "${facts[@]}" "$2" || fail "left: $(traces "${facts[@]}" "$2")"
    # What the last signal could not have been waited for with.
    find /sys/fs/cgroup -depth -type d -path "*/${facts[0]}*" -exec rmdir {} + 2> /dev/null || true
    rmdir "/run/systemd/nspawn/propagate/${facts[0]}" 2> /dev/null || true
}
