# The zsh that offers.zsh types into: it writes what it offers to the file $OFFERS, a word a line.
fpath=($FUNCTIONS $fpath)
autoload -Uz compinit && compinit -u -D

compadd() {
    local -a found
    local argument
    for argument; do
        case $argument in
            (-|--) break ;;
            # With these it only sorts out what it offers later.
            (-*[ADO]*) builtin compadd "$@"; return ;;
        esac
    done
    builtin compadd -A found "$@"
    (( $#found )) && print -rl -- $found >> $OFFERS
    return 0
}
PROMPT=ready
