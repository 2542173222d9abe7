# The completion of zsh.

function write(    i, prefix) {
    print "#compdef " program
    print "# zsh completion for " version
    print ""
    if (!runs_a_command()) {
        print "if (( CURRENT > 2 )) && [[ $words[2] == verify ]]; then"
        print "    shift words"
        print "    (( CURRENT-- ))"
        print "    _mailpit-verify"
        print "    return"
        print "fi"
        print ""
    }
    print "_arguments -S \\"
    for (i = 1; i <= options; i++) {
        print "    '--" long[i] specification(i) "' \\"
        if (letter[i] != "") print "    '-" letter[i] "[" quoted(meaning[i]) "]' \\"
    }
    if (runs_a_command()) {
        print "    '(-):command:_command_names -e' \\"
        print "    '*::argument:_normal'"
    } else {
        print "    '1::command:(" commands() ")'"
    }
}

# What follows the name of an option in its specification.
function specification(number,    about) {
    about = "[" quoted(meaning[number]) "]"
    if (argument[number] == "FILE") return "=" about ":file:_files"
    if (argument[number] == "DIR") return "=" about ":directory:_directories"
    if (choices(number) != "") return "=" about ":value:(" choices(number) ")"
    if (argument[number] != "") return "=" about ":" quoted(tolower(argument[number])) ": "
    if (is_flag(number)) return "=-" about "::value:(" flag_words() ")"
    return about
}

function quoted(words) {
    gsub(/[\]\[:\\]/, "\\\\&", words)
    gsub(/'/, "'\\''", words)
    return words
}
