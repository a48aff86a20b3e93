# What the scripts of the board share.

data_options=lazytime,noatime,nosuid,nodev,noexec  # docs/decisions/0014

# say SENTENCE: to the console, and to the log where there is one.
say() {
  echo "holdfast: $*" >/dev/console
  logger -t board "$*" 2>/dev/null
}

# find_partition NAME: its device.
find_partition() {
  grep -lx "PARTNAME=$1" /sys/class/block/*/uevent 2>/dev/null | sed 's|.*/\([^/]*\)/uevent|/dev/\1|'
}

# name_partitions: /dev/disk/by-partlabel, for RAUC and for fw_setenv.
name_partitions() {
  mkdir -p /dev/disk/by-partlabel
  for facts in /sys/class/block/*/uevent; do
    name=$(sed -n 's/^PARTNAME=//p' "$facts")
    device=${facts%/uevent}
    [ ! "$name" ] || ln -sf "/dev/${device##*/}" "/dev/disk/by-partlabel/$name"
  done
}

# setting NAME OTHERWISE: out of the board's identity.
setting() {
  value=$(sed -n "s/^$1=//p" /run/identity/settings 2>/dev/null)
  echo "${value:-$2}"
}

# mount_data: mended when it does not mount, made anew when it cannot be mended. Without one the gateway keeps in
# memory only.
mount_data() {
  data=$(find_partition data)
  if [ ! "$data" ]; then
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
