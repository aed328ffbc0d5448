#!/bin/sh
# Says, in one message, what to install on this computer for virtual machines made with Vagrant. Files
# of the system are read below $1, where it is given.
set -eu
root=${1:-}

# Debian's own file says `ID=debian`, that of what derives from it `ID_LIKE=debian`.
like() {
  grep -Eqs "^ID(_LIKE)?=.*\b($1)\b" "$root/etc/os-release"
}

echo 'There is nothing on this computer that Vagrant can make virtual machines with.'
if [ "$(uname -s)" = Darwin ]; then
  echo 'On macOS: brew install --cask vagrant virtualbox'
elif grep -qsi microsoft "$root/proc/version"; then
  echo 'On Windows, inside of WSL 2, with nested virtualization switched on:'
  echo '  sudo apt-get install vagrant vagrant-libvirt libvirt-daemon-system qemu-system-x86'
elif like 'debian|ubuntu'; then
  echo 'On Debian and Ubuntu:'
  echo '  sudo apt-get install vagrant vagrant-libvirt libvirt-daemon-system qemu-system-x86'
  echo '  sudo adduser "$USER" libvirt   # and log in anew'
elif like 'fedora|rhel'; then
  echo 'On Fedora:'
  echo '  sudo dnf install vagrant vagrant-libvirt libvirt-daemon-kvm'
  echo '  sudo systemctl enable --now libvirtd'
  echo '  sudo usermod --append --groups libvirt "$USER"   # and log in anew'
else
  echo 'Install Vagrant, and VirtualBox, or libvirt with QEMU and the plugin vagrant-libvirt.'
fi
echo 'Without hardware virtualization (/dev/kvm), VM_DRIVER=qemu emulates it, slowly.'
