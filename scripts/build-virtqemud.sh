#!/bin/bash
# build-virtqemud.sh DIR: builds virtqemud, virtnetworkd and virsh from Debian 13's source package of libvirt, since
# Debian packages only the daemon that is all of them in one. DIR/virtqemud and so on run them from there:
# `VIRTQEMUD=DIR/virtqemud npm run test:virsh -- virtqemud`. Takes ten minutes of one core; installs compilers.
set -e
mkdir -p "$1"
cd "$1"
apt-get install -y -qq --no-install-recommends dpkg-dev gcc libc6-dev meson ninja-build patch xz-utils gettext \
  libxml2-utils xsltproc python3-docutils rpcsvc-proto libglib2.0-dev libxml2-dev libgnutls28-dev libtirpc-dev \
  libjson-c-dev libpciaccess-dev libnl-3-dev libnl-route-3-dev libudev-dev libcap-ng-dev >/dev/null
# The archive that this machine has its packages from has that source, too.
archive=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' | head -1)
echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive trixie main" >sources.list
mkdir -p lists/partial
options=(-o Dir::Etc::SourceList="$PWD/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$PWD/lists")
apt-get "${options[@]}" update -qq
# It wants the signature of upstream's archive as well, which not every mirror has; the archive is there before that.
apt-get "${options[@]}" source -qq --download-only libvirt || true
tar xf libvirt_*.orig.tar.xz
cd libvirt-*/
meson setup build -Dauto_features=disabled -Dsystem=true -Dnls=disabled -Ddocs=disabled -Dtests=disabled -Ddriver_test=disabled \
  -Ddriver_remote=enabled -Ddriver_libvirtd=enabled -Ddriver_qemu=enabled -Dqemu_user=root -Dqemu_group=root \
  -Ddriver_network=enabled -Ddriver_interface=enabled -Djson_c=enabled -Dlibnl=enabled -Dudev=enabled -Dpciaccess=enabled \
  -Dcapng=enabled >/dev/null
nice -n 19 ninja -C build -j1 --quiet
wrap() {
  printf '#!/bin/bash\nexport LIBVIRT_DRIVER_DIR="%s" LD_LIBRARY_PATH="%s"\nexec "%s" "$@"\n' "$drivers" "$PWD/build/src" "$PWD/$1" >"../${1##*/}"
  chmod +x "../${1##*/}"
}
# Each daemon finds one driver there, its own.
for pair in qemu:virtqemud network:virtnetworkd; do
  drivers=$(dirname "$PWD")/drivers/${pair%:*}
  mkdir -p "$drivers"
  ln -sf "$PWD/build/src/libvirt_driver_${pair%:*}.so" "$drivers/"
  wrap "build/src/${pair#*:}"
done
wrap build/tools/virsh
