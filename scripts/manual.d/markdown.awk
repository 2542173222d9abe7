# Makes a part of a man page of what stands between <!-- man --> and <!-- /man --> in an article. It knows
# of Markdown what stands there: headings, paragraphs, tables, lists and code. To be read behind man.awk.

$0 == "<!-- man -->" { inside = 1; next }
$0 == "<!-- /man -->" { exit }
!inside || /^<!--/ { next }
/^    / && state != "item" { code(substr($0, 5)); next }
{ end_code() }
/^## / { print ".SH " toupper(substr($0, 4)); state = "heading"; next }
/^### / { print ".SS " substr($0, 5); state = "heading"; next }
/^\|[ |-]*$/ { next }
/^\|/ { row($0); next }
/^- / { print ".IP \\(bu 2"; line(substr($0, 3)); state = "item"; next }
/^$/ { if (state != "heading") state = ""; next }
{
    sub(/^ +/, "")
    if (state == "") { print ".PP"; state = "text" }
    if (state == "heading") state = "text"
    line($0)
}
END { end_code() }

function code(words) {
    if (state != "code") print ".PP\n.RS 4\n.nf"
    state = "code"
    print text(words)
}

function end_code() {
    if (state != "code") return
    print ".fi\n.RE"
    state = ""
}

# The first row has the heads of the columns. A third column stands in parentheses behind the second.
function row(words,    cell, count, i) {
    gsub(/\\\|/, "\001", words)
    count = split(words, cell, / *\| */)
    for (i = 2; i < count; i++) gsub(/\001/, "|", cell[i])
    if (state != "table") {
        head = cell[4]
        print ".TP\n\\fI" marked(cell[2]) "\\fR\n\\fI" marked(cell[3]) "\\fR"
    } else {
        print ".TP"
        line(cell[2])
        line(cell[3] (count > 4 && cell[4] != "" ? " (" head ": " cell[4] ")" : ""))
    }
    state = "table"
}

function line(words) { print marked(words) }

# Text with its marks. Every second piece between backquotes is code.
function marked(words,    piece, count, i, made) {
    count = split(words, piece, "`")
    for (i = 1; i <= count; i++)
        made = made (i % 2 ? text(piece[i]) : "\\fB" text(piece[i]) "\\fR")
    return made
}
