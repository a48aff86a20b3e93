# shellcheck shell=bash
# Checks of the text itself, before or beside any test.

# find_sources PATTERN...: our files by name, without .build and .git.
find_sources() {
  local pattern names=()
  for pattern in "$@"; do
    names+=(-o -name "$pattern")
  done
  find "$ROOT" -mindepth 1 -name '.*' -prune -o -type f \( "${names[@]:1}" \) -print0
}

check_format() {
  find_sources '*.h' '*.cpp' | xargs --null clang-format --dry-run -Werror
}

# check_shell: every command with all that it sources, so that shellcheck sees each name at home.
check_shell() {
  cd "$ROOT"  # where shellcheck looks for what start.sh sources
  grep --files-with-matches --directories=skip --null '^#!/usr/bin/env bash' tools/* .ci/* |
    xargs --null shellcheck --check-sourced
}

check_with_clang_tidy() {
  "$ROOT/tools/checks/clang_tidy" "$BUILD/host"
}
