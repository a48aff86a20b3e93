# shellcheck shell=bash
# The boards we build for, in the order in which they are built.

readonly boards=(armv7 arm64 armv5)

# What Debian calls the architecture, and the file in toolchains/.
readonly -A debian_names=([armv7]=armhf [arm64]=arm64 [armv5]=armel)
readonly -A toolchains=(
  [armv7]=armv7-linux-gnueabihf
  [arm64]=aarch64-linux-gnu
  [armv5]=armv5-linux-gnueabi
)

is_board() {
  [[ " ${boards[*]} " == *" $1 "* ]]
}
