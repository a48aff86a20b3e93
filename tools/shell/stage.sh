# shellcheck shell=bash
# The stage: programs that run together on this desk, are watched, and leave together.
#
# Each is told by the kernel to end when this command does, so that even a kill -9 of the command
# leaves no process and no port behind.

readonly stop_deadline_s=10  # for a program to end when asked to, before it is killed

stage=                 # a folder for the state, settings and logs of this run
cast=()                # names of the programs, in the order of their start
declare -A pids=()     # by name, of those that still run; each leads a process group
early=                 # names of those that ended while they should have run
declare -A endings=()  # by name, of those that have ended: their exit status
declare -A resident_kb=() peak_kb=()  # by name, see measure_memory

open_stage() {
  stage=$(mktemp --directory --tmpdir holdfast.XXXXXX)
  trap 'close_stage; rm -rf "$stage"' EXIT
}

# start_program NAME COMMAND...: what it says goes to $stage/NAME.log.
start_program() {
  local name=$1
  shift
  set -m
  setpriv --pdeathsig TERM "$@" >"$stage/$name.log" 2>&1 </dev/null &
  pids[$name]=$!
  set +m
  cast+=("$name")
  resident_kb[$name]=0 peak_kb[$name]=0
}

# note_early_endings: true when a program has ended, which none of them should while it is watched.
note_early_endings() {
  local name
  for name in "${!pids[@]}"; do
    if ! kill -0 "${pids[$name]}" 2>/dev/null; then
      end_program "$name"
      early+=" $name"
    fi
  done
  [[ $early ]]
}

# close_stage: in the order opposite to the start, so that nobody loses what it relies on.
close_stage() {
  local index
  for ((index = ${#cast[@]} - 1; index >= 0; index--)); do
    end_program "${cast[index]}"
  done
}

end_program() {
  local name=$1 pid status=0 deadline=$((SECONDS + stop_deadline_s))
  pid=${pids[$name]:-}
  if [[ ! $pid ]]; then
    return
  fi
  kill -TERM "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null && [[ $SECONDS -lt $deadline ]]; do
    sleep 0.1
  done
  kill -KILL -- "-$pid" 2>/dev/null || true  # whoever is left of its group
  wait "$pid" 2>/dev/null || status=$?
  unset "pids[$name]"
  endings[$name]=$status
}

# measure_memory: what each program holds resident now, with its children, and the most it ever did.
measure_memory() {
  local name
  for name in "${!pids[@]}"; do
    resident_kb[$name]=$(ps -e -o pgid=,rss= |
      awk -v group="${pids[$name]}" '$1 == group { sum += $2 } END { print sum + 0 }')
    if [[ ${resident_kb[$name]} -gt ${peak_kb[$name]} ]]; then
      peak_kb[$name]=${resident_kb[$name]}
    fi
  done
}

# free_port: one that nobody listens on now.
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# wait_for_port PORT NAME: until the program listens there.
wait_for_port() {
  local deadline=$((SECONDS + stop_deadline_s))
  until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
    if ! kill -0 "${pids[$2]}" 2>/dev/null || [[ $SECONDS -ge $deadline ]]; then
      cat "$stage/$2.log" >&2
      fail "$2 does not listen on port $1"
    fi
    sleep 0.1
  done
}

show_cast() {
  local name
  printf '  %-10s %8s %13s\n' program pid resident
  for name in "${cast[@]}"; do
    printf '  %-10s %8s %10d kB\n' "$name" "${pids[$name]:-ended}" "${resident_kb[$name]}"
  done
}

# show_words NAME...: the last that each of them has said.
show_words() {
  local name
  for name in "$@"; do
    if [[ -s $stage/$name.log ]]; then
      printf '\n  %s says:\n' "$name"
      tail -n 8 "$stage/$name.log" | cut -c 1-100 | sed 's/^/    /'
    fi
  done
}

# sum_up_cast: true when nobody ended early and everybody ended well.
sum_up_cast() {
  local name bad=
  for name in "${cast[@]}"; do
    if [[ ${endings[$name]} -eq 0 && " $early " != *" $name "* ]]; then
      printf '  %-10s ended well; at most %d kB resident\n' "$name" "${peak_kb[$name]}"
    else
      printf '  %-10s ended%s, status %d, after this:\n' "$name" "${early:+ early}" "${endings[$name]}"
      tail -n 20 "$stage/$name.log" | sed 's/^/    | /'
      bad=yes
    fi
  done
  [[ ! $bad ]]
}
