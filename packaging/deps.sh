#!/bin/sh
# sh packaging/deps.sh: installs what Longview is built from (Debian packages, libtorch, the default model) and builds nothing.
set -eu
packaging=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
. "$packaging/lib/setup.sh"
install_all
