#!/bin/sh
# sh packaging/pictures.sh: draws the pictures of the window that the help pages show (resources/help/*.png) anew, without a
# display. sh packaging/pictures.sh FOLDER [NAME…]: draws every state of the window, or those named, into FOLDER, to be looked
# at. They are taken of what anybody has: the demo of run.sh, further pages of the Perl manual, and texts of the repository.
set -eu
packaging=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
. "$packaging/lib/setup.sh"
. "$packaging/lib/demo.sh"
cli=$build/bin/longview-cli
pictures=$data/pictures
states=$pictures/states.longview
# Scripts that Debian's smallest set of fonts lacks, and what makes small PNG files.
packages="$packages fonts-wqy-zenhei fonts-noto-color-emoji pngquant"

score_state() { "$cli" score "$pictures/$1.jsonl" --project "$states" --dataset "$1" --pairs "$2" </dev/null; }

# Once: documents, their scores, and then the file that is another one afterwards.
make_states() {
  rm -rf "$pictures" && mkdir -p "$pictures" &&
    $python "$root/tests/ui/pictures/make_documents.py" "$demo" "$pictures" &&
    score_state thin 16 && score_state scripts all && score_state changed 48 && score_state kinds 16 &&
    score_state manual 1024 &&
    sed -i 's/thread/strand/g' "$pictures/changed.jsonl" &&
    printf 'made\n' >"$pictures/made"
}

# Named in the pages as ![…](NAME.png).
names_in_help() { sed -n 's/.*!\[[^]]*\](\([a-z0-9-]*\)\.png).*/\1/p' "$root"/resources/help/*.md | sort -u; }

make_help_pictures() {
  rm -rf "$pictures/help" && mkdir -p "$pictures/help"
  # shellcheck disable=SC2046 # a list
  "$build/bin/window_pictures" "$demo_project" "$states" "$pictures/help" $(names_in_help) || return
  for picture in "$pictures"/help/*.png; do
    pngquant --force --strip --nofs --speed 1 --output "$root/resources/help/${picture##*/}" 96 "$picture" || return
  done
}

say "Longview: pictures of the window"
install_all
build_release --target longview-cli longview-engine window_pictures
prepare_demo
exec 9>&-
score_demo
[ -e "$pictures/made" ] || step "Scoring what else is pictured" progress_none make_states
if [ $# = 0 ]; then
  step "Drawing what the help pages show" progress_none make_help_pictures
  du -ch "$root"/resources/help/*.png | tail -n 1
else
  folder=$1
  shift
  mkdir -p "$folder"
  "$build/bin/window_pictures" "$demo_project" "$states" "$folder" "$@"
fi
