# shellcheck shell=bash
# Steps: a command says what it does one line per step, while the noise goes to a log of its own.
#
# On a terminal a running step shows a bar and its time; elsewhere each step is one plain line.
# A failed step shows the end of its log, and the command goes on with what does not depend on it.

readonly logs=$BUILD/logs
readonly failure_lines=60  # of a failed step's log: room for a compiler error or a failed test
readonly refresh_s=0.5

declare -A outcome  # of each step by name: passed, failed or skipped
summary=()          # one line per step
passed=0 failed=0 skipped=0
running=            # the running step, which leads a process group of its own
counts=             # the file in which it may leave numbers: see count_tests

trap end_running_step EXIT
trap 'echo; exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# run_step NAME COMMAND...: in a subshell, without input. Never fails itself: see `after`.
run_step() {
  local name=$1 started=$SECONDS status=0 log
  shift
  log=$logs/${name// /-}.log
  counts=$logs/${name// /-}.counts
  mkdir -p "$logs"
  rm -f "$counts"
  set -m
  {
    set +m
    "$@"
  } >"$log" 2>&1 </dev/null &
  running=$!
  set +m
  show_running "$name" "$log"
  wait "$running" || status=$?
  end_running_step
  outcome[$name]=passed
  [[ $status -eq 0 ]] || outcome[$name]=failed
  report_step "$name" $((SECONDS - started)) "$(read_counts "$status")"
  if [[ $status -ne 0 ]]; then
    tail -n "$failure_lines" "$log" | sed 's/^/    | /'
    echo "    the whole log: $log"
  fi
}

# after EARLIER run_step NAME COMMAND...: skipped unless the earlier step passed.
after() {
  local earlier=$1
  shift
  if [[ ${outcome[$earlier]} == passed ]]; then
    "$@"
  else
    outcome[$2]=skipped
    show_title "$2"
    report_step "$2" 0 "0 0 1"
  fi
}

# count_tests PASSED FAILED SKIPPED: what the running step stands for in the last line.
# A step that does not say counts as one test.
count_tests() {
  echo "$1 $2 $3" >"$counts"
}

# hold_lock FILE: until the running step ends. Two commands at once take turns in a tree.
hold_lock() {
  local lock
  exec {lock}>"$1"
  flock "$lock"
}

# read_counts STATUS: of the step that just ended. A failed step has at least one failure, whatever
# it counted before something else went wrong.
read_counts() {
  local status=$1 good=1 bad=0 left=0
  if [[ -f $counts ]]; then
    read -r good bad left <"$counts"
  elif [[ $status -ne 0 ]]; then
    good=0
  fi
  if [[ $status -ne 0 && $bad -eq 0 ]]; then
    bad=1
  fi
  echo "$good $bad $left"
}

report_step() {
  local name=$1 seconds=$2 step_passed step_failed step_skipped line
  read -r step_passed step_failed step_skipped <<<"$3"
  passed=$((passed + step_passed))
  failed=$((failed + step_failed))
  skipped=$((skipped + step_skipped))
  printf -v line '%-8s %3d:%02d' "${outcome[$name]}" $((seconds / 60)) $((seconds % 60))
  if [[ $((step_passed + step_failed + step_skipped)) -gt 1 ]]; then
    line+="   $(say_counts "$step_passed" "$step_failed" "$step_skipped")"
  fi
  echo "$line"
  summary+=("$(show_title "$name")$line")
}

say_counts() {
  local said="$1 passed, $2 failed"
  [[ $3 -eq 0 ]] || said+=", $3 skipped"
  echo "$said"
}

# print_summary: the steps once more if a log came between them, and the counts as the last line of
# all. The status tells whether all went well.
print_summary() {
  echo
  if [[ $failed -gt 0 ]]; then
    printf '%s\n' "${summary[@]}" ''
  fi
  say_counts "$passed" "$failed" "$skipped"
  [[ $failed -eq 0 ]]
}

show_title() {
  printf '  %-22s' "$1"
}

# show_running NAME LOG: until the running step ends, if anybody watches.
show_running() {
  local name=$1 log=$2 started=$SECONDS
  show_title "$name"
  if [[ -t 1 && -z ${CI:-} ]]; then
    while kill -0 "$running" 2>/dev/null; do
      printf '\r\e[K%s%s %d s' "$(show_title "$name")" "$(show_bar "$log")" $((SECONDS - started))
      sleep "$refresh_s"
    done
    printf '\r\e[K%s' "$(show_title "$name")"
  fi
}

# show_bar LOG: how far ninja or ctest says that it is, by its last "7/12".
show_bar() {
  local done_of width=0 full='####################' empty='....................'
  done_of=$(tail -c 2000 "$1" | grep -o --extended-regexp '^ *\[?[0-9]+/[0-9]+' | tail -n 1) || true
  done_of=${done_of//[ \[]/}
  if [[ ${done_of#*/} -gt 0 ]]; then
    width=$((${#full} * ${done_of%/*} / ${done_of#*/}))
  fi
  echo "[${full:0:width}${empty:width}]"
}

# end_running_step: with everything that it may have started and left behind.
end_running_step() {
  if [[ $running ]]; then
    kill -TERM -- "-$running" 2>/dev/null || true
    wait "$running" 2>/dev/null || true
    running=
  fi
}
