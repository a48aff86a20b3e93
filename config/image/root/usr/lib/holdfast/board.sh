# What the scripts of the board share.

by_name=/dev/disk/by-partlabel
data_options=lazytime,noatime,nosuid,nodev,noexec  # docs/decisions/0014

# say SENTENCE: to the console, and to the log where there is one.
say() {
  echo "holdfast: $*" >/dev/console
  logger -t board "$*" 2>/dev/null
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

# mount_data: mended when it does not mount, made anew when it cannot be mended. Without one the gateway keeps in
# memory only.
mount_data() {
  data=$by_name/data
  if [ ! -b "$data" ]; then
    say "no data partition: keeping in memory only"
    mount -t tmpfs -o mode=755,size=16m tmpfs /data
    return
  fi
  if ! mount -t ext4 -o "$data_options" "$data" /data 2>/dev/null; then
    say "the data partition does not mount: mending it"
    e2fsck -f -y "$data" >/run/e2fsck.log 2>&1
    if ! mount -t ext4 -o "$data_options" "$data" /data; then
      say "the data partition cannot be mended: making it anew, what it held is lost"
      mke2fs -q -F -t ext4 "$data" && mount -t ext4 -o "$data_options" "$data" /data ||
        mount -t tmpfs -o mode=755,size=16m tmpfs /data
      echo data_partition_made_anew >>/data/losses
    fi
  fi
  # A no-op when it fills its partition already.
  resize2fs "$data" >/run/resize2fs.log 2>&1 || say "the data partition does not grow: see /run/resize2fs.log"
  mkdir -p /data/holdfast
  chown holdfast:holdfast /data/holdfast
}
