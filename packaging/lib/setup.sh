# Sourced by run.sh, test.sh and deps.sh, which set $packaging first: where things are, and the parts they share.
root=$(dirname "$packaging")
if [ ! "${HOME:-}" ]; then
  printf 'Longview: HOME is not set; set it to your home folder.\n' >&2
  exit 1
fi
if ! mkdir -p "$root/build" 2>/dev/null || [ ! -w "$root/build" ]; then
  printf 'Longview: %s cannot be written by %s; give the folder to that user or clone the repository again.\n' "$root/build" "$(id -un)" >&2
  exit 1
fi
log=$root/build/setup.log
. "$packaging/lib/steps.sh"
. "$packaging/lib/install.sh"
. "$packaging/lib/build.sh"
