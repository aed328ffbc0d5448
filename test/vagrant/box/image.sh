#!/bin/sh
# Makes of the root folder $1 the disk image $2 (qcow2) that boots by itself: one partition, and GRUB
# written by hand, so that neither loop devices nor mounts are needed.
set -eu
root=$1
image=$2
megabytes=8192
modules=usr/lib/grub/i386-pc

kernel=$(basename "$(find "$root/boot" -name 'vmlinuz-*' | sort -V | tail -n 1)")
mkdir -p "$root/boot/grub/i386-pc"
cp "$root/$modules"/*.mod "$root/$modules"/*.lst "$root/boot/grub/i386-pc/"
cat >"$root/boot/grub/grub.cfg" <<CONFIG
set timeout=0
menuentry Debian {
  linux /boot/$kernel root=LABEL=root ro net.ifnames=0 console=ttyS0 quiet mitigations=off
  initrd /boot/initrd.img-${kernel#vmlinuz-}
}
CONFIG
chroot "$root" grub-mkimage -O i386-pc -d "/$modules" -p '(hd0,msdos1)/boot/grub' \
  -o /boot/grub/core.img biosdisk part_msdos ext2 normal configfile linux

raw=$image.raw
truncate -s "${megabytes}M" "$raw"
echo 'start=2048, type=83, bootable' | sfdisk --quiet "$raw"
mkfs.ext4 -q -F -L root -E offset=1048576,lazy_itable_init=0 -d "$root" "$raw" "$(((megabytes - 1) * 1024))k"
# GRUB's first sector, without the partition table that follows it, and the rest in the gap behind.
dd if="$root/$modules/boot.img" of="$raw" bs=440 count=1 conv=notrunc status=none
dd if="$root/boot/grub/core.img" of="$raw" bs=512 seek=1 conv=notrunc status=none
qemu-img convert -O qcow2 "$raw" "$image"
rm "$raw"
