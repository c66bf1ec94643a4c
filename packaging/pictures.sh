#!/bin/sh
# sh packaging/pictures.sh: draws the pictures of the window that the help pages show (resources/help/*.png) anew, without a
# display. sh packaging/pictures.sh FOLDER [NAME…]: draws every state of the window, or those named, into FOLDER, to be looked
# at. They are taken of what anybody has: the demo's documents, further pages of the Perl manual, texts of the repository. What
# is scored for them is kept; the first call takes some ten minutes on two cores.
set -eu
packaging=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
. "$packaging/lib/setup.sh"
cli=$build/bin/longview-cli
window_pictures=$build/bin/window_pictures
pictures=$data/pictures
# Scripts that Debian's smallest set of fonts lacks, and what makes small PNG files.
packages="$packages fonts-wqy-zenhei fonts-noto-color-emoji pngquant"

# score PROJECT DATASET PAIRS
score() { "$cli" score "$pictures/$2.jsonl" --project "$pictures/$1.longview" --dataset "$2" --pairs "$3" </dev/null; }

# Documents, their scores, and then the file that is another one afterwards.
make_projects() {
  rm -rf "$pictures" && mkdir -p "$pictures" &&
    $python "$packaging/demo/make_corpus.py" "$pictures" &&
    $python "$root/tests/ui/pictures/make_documents.py" "$pictures" &&
    score demo closer-look all && score demo perl-manual 48 && score demo stitched 48 &&
    score states thin 16 && score states scripts all && score states changed 48 && score states kinds 16 &&
    score states manual 1024 &&
    sed -i 's/thread/strand/g' "$pictures/changed.jsonl" &&
    printf 'made\n' >"$pictures/made"
}

# draw FOLDER [NAME…]
draw() { "$window_pictures" "$pictures/demo.longview" "$pictures/states.longview" "$@"; }

# Named in the pages as ![…](NAME.png).
names_in_help() { sed -n 's/.*!\[[^]]*\](\([a-z0-9-]*\)\.png).*/\1/p' "$root"/resources/help/*.md | sort -u; }

draw_help() {
  rm -rf "$pictures/help" && mkdir -p "$pictures/help"
  # shellcheck disable=SC2046 # a list
  draw "$pictures/help" $(names_in_help) || return
  for picture in "$pictures"/help/*.png; do
    pngquant --force --strip --nofs --speed 1 --output "$root/resources/help/${picture##*/}" 96 "$picture" || return
  done
}

say "Longview: pictures of the window"
install_all
build_release --target longview-cli longview-engine window_pictures
[ -e "$pictures/made" ] || step "Scoring what is pictured" progress_none make_projects
exec 9>&-
if [ $# = 0 ]; then
  step "Drawing what the help pages show" progress_none draw_help
  du -ch "$root"/resources/help/*.png | tail -n 1
else
  mkdir -p "$1"
  draw "$@"
fi
