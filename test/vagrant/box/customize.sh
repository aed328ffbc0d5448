#!/bin/sh
# Makes of the root folder $1 what Vagrant expects of a box; $2 is the public half of the key that
# Vagrant knows every new box by. mmdebstrap calls it when the packages are installed.
set -eu
root=$1
key=$2

chroot "$root" useradd --create-home --shell /bin/bash vagrant
install -d -m 700 "$root/home/vagrant/.ssh"
echo "$key" >"$root/home/vagrant/.ssh/authorized_keys"
chmod 600 "$root/home/vagrant/.ssh/authorized_keys"
chroot "$root" chown -R vagrant: /home/vagrant/.ssh
echo 'vagrant ALL=(ALL:ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/vagrant"
chmod 440 "$root/etc/sudoers.d/vagrant"

echo bookworm >"$root/etc/hostname"
printf '127.0.0.1\tlocalhost\n127.0.1.1\tbookworm\n' >"$root/etc/hosts"
printf 'auto lo eth0\niface lo inet loopback\niface eth0 inet dhcp\n' >"$root/etc/network/interfaces"
echo 'LABEL=root / ext4 defaults,noatime,errors=remount-ro 0 1' >"$root/etc/fstab"
echo 'force-unsafe-io' >"$root/etc/dpkg/dpkg.cfg.d/box"
: >"$root/etc/machine-id"

# Each machine makes host keys of its own. RSA, which takes long under emulation, is left out.
rm -f "$root"/etc/ssh/ssh_host_*
cat >"$root/etc/systemd/system/host-keys.service" <<'UNIT'
[Unit]
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key
Before=ssh.service

[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -q -t ecdsa -N "" -f /etc/ssh/ssh_host_ecdsa_key
ExecStart=/usr/bin/ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key

[Install]
WantedBy=multi-user.target
UNIT
chroot "$root" systemctl enable --quiet host-keys.service

# What starts by itself, at random, would take the emulated cores in the middle of a step.
chroot "$root" systemctl disable --quiet apt-daily.timer apt-daily-upgrade.timer \
  dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer

echo 'MODULES=list' >"$root/etc/initramfs-tools/conf.d/box"
printf '%s\n' virtio_blk virtio_pci virtio_net ext4 crc32c_generic >>"$root/etc/initramfs-tools/modules"
chroot "$root" update-initramfs -u >/dev/null
