# shellcheck shell=bash
# What every command in tools/ starts with: strict rules, where things are, and the shared steps.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
BUILD=$(realpath --canonicalize-missing "${HOLDFAST_BUILD_DIR:-$ROOT/.build}")
readonly ROOT BUILD
export HOLDFAST_BUILD_DIR=$BUILD  # the toolchain files look for their sysroots there
readonly debian_suite=bookworm  # Debian 12: its compilers and libraries, on the desk and on the board

# fail SENTENCE: what is wrong, and what to do about it.
fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# wrong SENTENCE: the command was called in a way that it does not know.
wrong() {
  echo "${0##*/}: $*" >&2
  exit 2
}

source "$ROOT/tools/shell/boards.sh"
source "$ROOT/tools/shell/setup.sh"
source "$ROOT/tools/shell/progress.sh"
source "$ROOT/tools/shell/sysroot.sh"
source "$ROOT/tools/shell/build.sh"
source "$ROOT/tools/shell/lint.sh"
