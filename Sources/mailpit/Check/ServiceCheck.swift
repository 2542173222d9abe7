internal import Glibc
internal import POSIX

/// `mailpit check --service mailpit@`: has systemd run the check in place of a session of a service.
///
/// It is started as sessions are, from the same unit with all its drop-ins, so that nothing that the
/// unit says has to be understood here: who it runs as, its environment files, credentials,
/// directories and protections are what systemd makes of them. Only the command has `check` in it,
/// and the streams lead to us.
enum ServiceCheck {
    /// The word behind `check`.
    static let flag = "--service"

    /// Becomes a shell that does it; returns only if that cannot be.
    static func become(_ arguments: ArraySlice<String>) -> ExitStatus {
        guard let service = arguments.first, service.utf8.first != UInt8(ascii: "-"),
            arguments.dropFirst().allSatisfy({ $0 == "--quiet" || $0 == "-q" })
        else {
            return fail("usage: mailpit check --service NAME@ [--quiet]")
        }
        let words = [
            "sh", "-euc", script, "mailpit", service, arguments.count > 1 ? "--quiet" : "",
        ]
        var copies = unsafe words.map { unsafe strdup($0) } + [nil]
        _ = unsafe execv("/bin/sh", &copies)
        return fail("\(SystemError.last("execv", path: "/bin/sh"))")
    }

    private static func fail(_ text: String) -> ExitStatus {
        _ = StandardStreams.write(text + "\n", to: STDERR_FILENO)
        return .configuration
    }

    /// $1 is the service, $2 --quiet or nothing.
    private static let script = #"""
        fail() { printf 'error: %s\n' "$*" >&2; exit 78; }
        [ "$(id -u)" = 0 ] || fail "check --service has to be run as root"
        [ -d /run/systemd/system ] || fail "check --service needs systemd, which does not run here"
        name=${1%.service} name=${name%.socket} name=${name%%@*}
        # An instance of its own, as each session is one.
        unit=$name@check-$$.service
        drop_in=/run/systemd/system/$unit.d
        place=$(mktemp -d /run/mailpit-check.XXXXXX)
        clean_up() {
            rm -rf "$drop_in" "$place"
            systemctl reset-failed "$unit" 2> /dev/null || true
            systemctl daemon-reload
        }
        trap clean_up EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM

        # The last command counts, and an empty one takes back those before it.
        command=$(systemctl cat "$unit" 2> /dev/null | awk '
            { $0 = pending $0; pending = "" }
            /\\$/ { pending = substr($0, 1, length - 1) " "; next }
            /^\[/ { section = $1 }
            section == "[Service]" && sub(/^ExecStart *= */, "") { command = $0 }
            END { print command }')
        [ -n "$command" ] || fail "there is no service $name@.service"
        checking=$(printf '%s\n' "$command" | sed -E 's#(^|[ /])mailpit( |$)#\1mailpit check\2#')
        [ "$checking" != "$command" ] || fail "ExecStart=$command does not run mailpit"
        mkdir -p "$drop_in"
        printf '%s\n' '[Unit]' CollectMode=inactive '[Service]' ExecStart= \
            "ExecStart=$checking $2" StandardInput=null "StandardOutput=truncate:$place/output" \
            "StandardError=truncate:$place/errors" > "$drop_in/zz-mailpit-check.conf"
        systemctl daemon-reload

        # Which files it is made of, and which of those that it names are not there.
        if [ -z "$2" ]; then
            for file in $(systemctl show --value -p FragmentPath -p DropInPaths "$unit"); do
                [ "$file" = "$drop_in/zz-mailpit-check.conf" ] || printf 'service: %s\n' "$file"
            done
            systemctl show --value -p EnvironmentFiles "$unit" | sed 's/ (ignore_errors=.*//' \
                | awk 'NF && !seen[$0]++' | while IFS= read -r file; do
                    [ -e "$file" ] || file="$file, which is not there"
                    printf 'environment: %s\n' "$file"
                done
        fi
        status=0
        systemctl start --wait "$unit" 2> "$place/start" || {
            status=$(systemctl show --value -p ExecMainStatus "$unit")
            case $status in
                70 | 75 | 78) ;;
                *)
                    journalctl --sync
                    printf 'error: systemd cannot start the service:\n' >&2
                    journalctl -q --no-pager -o cat -n 8 -u "$unit" >&2
                    status=78
                    ;;
            esac
        }
        cat "$place/output"
        cat "$place/errors" >&2
        exit "$status"
        """#
}
