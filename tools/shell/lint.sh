# shellcheck shell=bash
# Checks of the text itself, before or beside any test.

check_format() {
  find "$ROOT" -mindepth 1 \( -name '.*' -o -path "$BUILD" \) -prune -o \
    -type f \( -name '*.h' -o -name '*.cpp' \) -print0 |
    xargs --null clang-format --dry-run -Werror
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
