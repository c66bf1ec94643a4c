#!/bin/sh
# sh packaging/run.sh [ARGUMENT…]: installs what is missing, builds Longview and starts it. Without arguments it shows the
# main job on the Perl manual; arguments go to the program: JSONL or text files and folders to score, or a project to open.
# Without a display the same work is done on the command line. Only what changed since the last call is done again.
set -eu
packaging=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
. "$packaging/lib/setup.sh"
. "$packaging/lib/demo.sh"
gui=$build/bin/longview
cli=$build/bin/longview-cli

# score_files FILE…: into a project beside the first file, or among Longview's data where that place is read-only.
score_files() {
  for file in "$@"; do
    [ -e "$file" ] || fail "there is no file $file."
  done
  first=$(realpath "$1")
  project=$(dirname "$first")
  [ -w "$project" ] || project=$data
  name=${first##*/}
  name=${name%.gz} name=${name%.zst}
  case $name in ?*.jsonl | ?*.txt) name=${name%.*} ;; esac
  project=$project/$name.longview
  say "Scoring into $project"
  status=0
  "$cli" score "$@" --project "$project" || status=$?
  case $status in 0 | 4) ;; *) exit "$status" ;; esac # 4: some documents could not be scored, the rest is there
  "$cli" list "$project" --sort lds_mean
  exit "$status"
}

say "Longview: building and starting"
install_all
build_release --target longview longview-cli longview-engine
if [ $# = 0 ]; then prepare_demo; fi
exec 9>&-

if [ "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  if [ $# = 0 ]; then set -- --jobs "$demo/jobs.json" "$demo_project"; fi
  say "  ok  Opening the window"
  exec "$gui" "$@"
fi

# The program draws and explains itself without a display too: --figure, --help.
case ${1:-} in -*) exec "$gui" "$@" ;; esac
say "  ok  No display (neither DISPLAY nor WAYLAND_DISPLAY is set): working on the command line"
case ${1:-} in
  '')
    score_demo
    report_demo
    ;;
  *.longview) "$cli" list "$@" ;;
  *) score_files "$@" ;;
esac
