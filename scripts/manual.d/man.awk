# The man page of `program`, as far as the help has it.

function write(    i) {
    # The last paragraph is about the exit status, of which the reference has more.
    behind[0]--
    printf ".TH %s %s \"\" \"%s\" \"%s\"\n", toupper(text(program)), section, version, manual
    print ".SH NAME\n" text(program) " \\- " about
    print ".SH SYNOPSIS"
    for (i = 1; i <= usages; i++) printf "%s%s\n", (i > 1 ? ".br\n" : ""), usage_line(usage[i])
    print ".SH DESCRIPTION"
    for (i = 1; i <= before[0]; i++) printf "%s%s\n", (i > 1 ? ".PP\n" : ""), text(before[i])
    print ".SH OPTIONS"
    for (i = 1; i <= options; i++) print_option(i)
    for (i = 1; i <= behind[0]; i++) printf ".PP\n%s\n", text(behind[i])
}

function usage_line(line) {
    gsub(/[a-z]+/, "\\fB&\\fR", line)
    gsub(/OPTION|COMMAND|ARGUMENT/, "\\fI&\\fR", line)
    gsub(/-/, "\\-", line)
    return line
}

function print_option(number,    line) {
    line = "\\fB\\-\\-" text(long[number]) "\\fR"
    if (letter[number] != "") line = "\\fB\\-" letter[number] "\\fR, " line
    if (argument[number] != "") line = line " \\fI" text(argument[number]) "\\fR"
    print ".TP\n" line
    print text(meaning[number])
    if (variable[number] == "" && preset[number] != "") print ".br\ndefault: " text(preset[number])
    if (variable[number] != "")
        printf ".br\n\\fB%s\\fR, default: %s\n", text(variable[number]), text(preset[number])
}

# Text as roff wants it, without octets that it would take for something else.
function text(words) {
    gsub(/\\/, "\\e", words)
    gsub(/-/, "\\-", words)
    gsub(/'/, "\\(aq", words)
    gsub(/~/, "\\(ti", words)
    gsub(/\^/, "\\(ha", words)
    gsub(/§/, "\\(sc", words)
    gsub(/…/, "...", words)
    return words ~ /^\./ ? "\\&" words : words
}
