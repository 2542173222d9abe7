# Reads what `mailpit --help` prints, then calls write(), which another file defines. The options are
# counted by `options`; each has long, letter, argument, variable, meaning and preset (its default).
# Synopsis and paragraphs before and behind them are in usage, before and behind.

/^Usage: / { usages = 1; usage[1] = substr($0, 8); next }
usages && !options && /^ +mailpit/ { sub(/^ +/, ""); usage[++usages] = $0; next }
/^  -/ { begin_option(); next }
/^      MP_/ { variable[options] = $1; next }
/^      default: / { preset[options] = substr($0, 16); next }
/^      / { sub(/^ +/, ""); meaning[options] = meaning[options] $0; next }
/^$/ { paragraph_ended = 1; next }
{ options ? add(behind, $0) : add(before, $0) }

END { write() }

function begin_option(    word, i) {
    options++
    for (i = 1; i <= NF; i++) {
        word = $i
        if (word ~ /^--/) long[options] = substr(word, 3)
        else if (word ~ /^-/) letter[options] = substr(word, 2, 1)
        else argument[options] = word
    }
}

# Adds a line to the last paragraph, or begins one. The number of paragraphs is in [0].
function add(paragraphs, line) {
    if (paragraph_ended || !paragraphs[0]) paragraphs[++paragraphs[0]] = line
    else paragraphs[paragraphs[0]] = paragraphs[paragraphs[0]] "\n" line
    paragraph_ended = 0
}

# An option's argument may be a choice, as in 1.2|1.3: its words with spaces between them, else "".
function choices(number,    words) {
    if (argument[number] !~ /\|/) return ""
    words = argument[number]
    gsub(/\|/, " ", words)
    return words
}

function is_flag(number) { return argument[number] == "" && variable[number] != "" }

# The words of a flag's value, as the help has them behind "=".
function flag_words(    i, words) {
    for (i = 1; i <= behind[0]; i++) {
        if (!match(behind[i], /=[a-z01]+(\|[a-z01]+)+/)) continue
        words = substr(behind[i], RSTART + 1, RLENGTH - 1)
        gsub(/\|/, " ", words)
    }
    return words
}

# Whether behind the options comes a command of the user's.
function runs_a_command() { return usage[1] ~ /COMMAND/ }

# The commands that may stand first, as the synopsis has them.
function commands(    i, words, part) {
    for (i = 1; i <= usages; i++) {
        split(usage[i], part, " ")
        if (part[2] ~ /^[a-z]+$/) words = words (words == "" ? "" : " ") part[2]
    }
    return words
}
