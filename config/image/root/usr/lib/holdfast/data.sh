# The data partition and its file system (docs/decisions/0056).

data_options=lazytime,noatime,nosuid,nodev,noexec  # docs/decisions/0014

# file_system_of DEVICE: by its mark, of which f2fs has two: a torn one must not make another file system of it.
file_system_of() {
  for offset in 1024 5120; do
    if [ "$(dd if="$1" bs=1 skip="$offset" count=4 2>/dev/null | hexdump -ve '1/1 "%02x"')" = 1020f5f2 ]; then
      echo f2fs
      return
    fi
  done
  echo ext4
}

# mount_as FILE_SYSTEM DEVICE FOLDER
mount_as() {
  case $1 in
    f2fs) mount -t f2fs -o "$data_options,fsync_mode=strict" "$2" "$3" 2>/dev/null ;;
    *) mount -t ext4 -o "$data_options" "$2" "$3" 2>/dev/null ;;
  esac
}

mend() {
  case $1 in
    f2fs) fsck.f2fs -f -y "$2" ;;
    *) e2fsck -f -y "$2" ;;
  esac >/run/fsck.log 2>&1
}

make_anew() {
  case $1 in
    f2fs) mkfs.f2fs -q -f -l data "$2" ;;
    *) mke2fs -q -F -t ext4 "$2" ;;
  esac
}

# grow FILE_SYSTEM DEVICE: to the end of its partition. A no-op when it is there already. f2fs can only be grown while it is
# away, and a cut would cost it: so before it was ever used.
grow() {
  case $1 in
    f2fs)
      [ ! -d /data/holdfast ] || return 0
      umount /data
      resize.f2fs "$2"
      mount_as "$1" "$2" /data
      ;;
    *) resize2fs "$2" ;;
  esac >/run/resize.log 2>&1 || say "the data partition does not grow: see /run/resize.log"
}

# open_data: the partition, at /data: mended when it does not mount, made anew when it cannot be mended. False: `why` not.
open_data() {
  why="no data partition"
  [ -b "$data" ] || return 1
  found=$(file_system_of "$data")
  modprobe "$found"
  ! mount_as "$found" "$data" /data || return 0
  say "the data partition does not mount: mending it"
  mend "$found" "$data"
  ! mount_as "$found" "$data" /data || return 0
  say "the data partition cannot be mended: making it anew, what it held is lost"
  why="the data partition cannot be made anew"
  make_anew "$found" "$data" && mount_as "$found" "$data" /data
}

mount_data() {
  data=$by_name/data
  if open_data; then
    grow "$found" "$data"
  else
    say "$why: keeping in memory only"
    mount -t tmpfs -o mode=755,size=16m tmpfs /data
  fi
  mkdir -p /data/holdfast  # in memory too: the gateway does not start without a folder
  chown holdfast:holdfast /data/holdfast
}
