# Prints what zsh offers for a line that ends at the cursor. Usage: offers.zsh FUNCTIONS LINE FILE
#
# zsh completes only at a prompt, so another zsh has one here, at a terminal of its own. What would be
# shown it writes to the file instead, a word a line.
zmodload zsh/zpty
: > $3
zpty shell zsh -f -i
zpty -w shell "fpath=(${(q)1} \$fpath) offers=${(q)3}
autoload -Uz compinit && compinit -u -D
compadd() {
    local -a words
    # With -A, -D or -O it only sorts out what is asked later.
    if [[ \${@[1,(i)(-|--)]} == *-(A|D|O)\ * ]]; then builtin compadd \"\$@\"; return; fi
    builtin compadd -A words \"\$@\"
    (( \$#words )) && print -rl -- \$words >> \$offers
}
PROMPT=rea''dy"
# Not before the prompt: what is typed earlier the terminal itself would take.
zpty -r shell prompt '*ready*' || exit 1
zpty -w -n shell "$2"$'\t\C-uexit\n'
zpty -r shell rest > /dev/null
while zpty -t shell; do zpty -r shell rest || break; done
zpty -d shell
cat $3
