# The completion of bash. The words after `mailpit verify` are for the other program, whose function comes with it.

function write(    i, all, files, directories) {
    for (i = 1; i <= options; i++) {
        all = all " --" long[i] (letter[i] == "" ? "" : " -" letter[i])
        if (argument[i] == "FILE") files = files "|--" long[i]
        if (argument[i] == "DIR") directories = directories "|--" long[i]
    }
    print "# bash completion for " version
    print function_name() "() {"
    print "    local word=$2 option=$3"
    if (!runs_a_command()) {
        print "    if [[ $COMP_CWORD -ge 2 && ${COMP_WORDS[1]} == verify ]]; then"
        print "        _mailpit_verify \"$@\""
        print "        return"
        print "    fi"
    }
    print "    # In --option=value bash has = as a word of its own."
    print "    if [[ $word == = ]]; then"
    print "        word="
    print "    elif [[ $option == = && $COMP_CWORD -ge 2 ]]; then"
    print "        option=${COMP_WORDS[COMP_CWORD - 2]}"
    print "    fi"
    print "    case $option in"
    print_case(substr(files, 2), "-f")
    print_case(substr(directories, 2), "-d")
    for (i = 1; i <= options; i++) {
        if (choices(i) != "") print_case("--" long[i], "-W '" choices(i) "'")
        else if (takes_any_value(i)) print_case("--" long[i], "")
    }
    print "        *)"
    print "            if [[ ${COMP_WORDS[COMP_CWORD - 1]} == = || $2 == = ]]; then"
    print_words("    ", flag_words())
    print "            elif [[ $word == -* ]]; then"
    print_words("    ", substr(all, 2))
    if (runs_a_command()) {
        print "            else"
        print "                mapfile -t COMPREPLY < <(compgen -A command -A file -- \"$word\")"
    } else if (commands() != "") {
        print "            elif [[ $COMP_CWORD == 1 ]]; then"
        print_words("    ", commands())
    }
    print "            fi"
    print "            ;;"
    print "    esac"
    print "}"
    print "complete -o filenames -F " function_name() " " program
}

function function_name(    name) {
    name = "_" program
    gsub(/-/, "_", name)
    return name
}

function takes_any_value(number) {
    return argument[number] != "" && argument[number] != "FILE" && argument[number] != "DIR"
}

# What follows an option: the words that compgen makes of these of its options, or nothing.
function print_case(pattern, how) {
    if (pattern == "") return
    print "        " pattern ")"
    if (how == "") print "            COMPREPLY=()"
    else print "            mapfile -t COMPREPLY < <(compgen " how " -- \"$word\")"
    print "            ;;"
}

function print_words(indent, words) {
    print indent "            mapfile -t COMPREPLY < <(compgen -W '" words "' -- \"$word\")"
}
