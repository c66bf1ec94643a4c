#!/bin/sh
# sh packaging/test.sh [CTEST OPTION…]: installs what is missing, builds everything as people run it, and runs all tests.
# Its exit status is ctest's. Only what changed since the last call is done again.
set -eu
packaging=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
. "$packaging/lib/setup.sh"

say "Longview: building and testing"
install_all
build_release
exec 9>&-
say "  ..  Testing"
cd "$root"
ctest --preset release --parallel "$(nproc)" "$@"
