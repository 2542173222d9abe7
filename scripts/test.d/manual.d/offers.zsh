# Prints what zsh offers for a line that ends at the cursor. Usage: offers.zsh FUNCTIONS LINE FILE
#
# zsh completes only at a prompt, so another zsh has one here, at a terminal of its own.
zmodload zsh/zpty
: > $3
export ZDOTDIR=${0:a:h} FUNCTIONS=$1 OFFERS=$3
zpty shell zsh -d -i
# Not before the prompt: what is typed earlier the terminal itself would take.
zpty -r shell prompt '*ready*' || exit 1
zpty -w -n shell "$2"$'\t\C-uexit\n'
while zpty -r shell rest; do log+=$rest; done
[[ -s $3 ]] || print -r -- "$log" >&2
cat $3
