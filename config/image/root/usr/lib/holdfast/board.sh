# What the scripts of the board share.

by_name=/dev/disk/by-partlabel

# say SENTENCE: to the console, and to the log where there is one.
say() {
  echo "holdfast: $*" >/dev/console
  logger -t board "$*" 2>/dev/null
}

# say_once WHO SENTENCE: unless it is what WHO has said last.
say_once() {
  [ "$2" != "$(cat "/run/said.$1" 2>/dev/null)" ] || return 0
  echo "$2" >"/run/said.$1"
  say "$2"
}

# name_partitions: /dev/disk/by-partlabel, for everybody. With the shell's own words only: a process costs more here
# than all of this.
name_partitions() {
  mkdir -p "$by_name"
  for facts in /sys/class/block/*/uevent; do
    while IFS='=' read -r key value; do
      [ "$key" != DEVNAME ] || device=$value
      [ "$key" != PARTNAME ] || ln -sf "/dev/$device" "$by_name/$value"
    done <"$facts"
  done
}

# root_is_damaged: the first program found it so, and there was no other system to turn to (docs/decisions/0055).
root_is_damaged() {
  ! dmsetup table root 2>/dev/null | grep -q restart_on_corruption
}

# setting NAME OTHERWISE: out of the board's identity, or what a development image has instead.
setting() {
  settings=/run/identity/settings
  [ -r "$settings" ] || settings=/etc/holdfast-defaults
  found=$2
  if [ -r "$settings" ]; then
    while IFS='=' read -r key value; do
      [ "$key" != "$1" ] || found=$value
    done <"$settings"
  fi
  echo "$found"
}
