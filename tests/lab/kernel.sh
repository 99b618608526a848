# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# kernel.sh --- kernels as Debian ships them; sourced after harness.sh
#
# Their packages are neither installed nor taken from a place that is written
# here: apt is told of the machine's own archive under the name of another
# suite, in folders of its own. What was fetched is kept in $EXT4BM_KERNELS,
# where packages can also be put by hand.
# shellcheck disable=SC2154,SC2034 # from harness.sh; for who sources this

: "${LAB_BIN:=lab}"
: "${EXT4BM_KERNELS:=$LAB_BIN/kernels}"

# In the order in which they have to be loaded; what is built in is no file.
modules_needed="virtio_ring virtio virtio_pci_legacy_dev \
virtio_pci_modern_dev virtio_pci virtio_blk"

# The machine's own sources of packages, and the first of them that has the
# suite of this release once more, with suite $1 in its place; in either of the
# forms that apt knows.
sources_with()
{
	local suite=$1 release list=$work/apt/sources.d
	# shellcheck disable=SC1091 # not part of the source
	release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	[ -n "$release" ] || return
	cp /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list \
		"$list" 2>/dev/null
	cp /etc/apt/sources.list "$list/machine.list" 2>/dev/null
	cat "$list"/*.sources 2>/dev/null |
		awk -v RS= -v release="$release" -v suite="$suite" '
		$0 ~ "(^|\n)Suites:([^\n]*[ \t])?" release "([ \t\n]|$)" {
			sub(/(^|\n)Suites:[^\n]*/, "\nSuites: " suite)
			print
			exit
		}' >"$work/apt/extra"
	cat "$list"/*.list 2>/dev/null |
		awk -v release="$release" -v suite="$suite" '
		$1 == "deb" && (at = index($0, " " release " ")) {
			print substr($0, 1, at) suite " main"
			exit
		}' >"$list/extra.list"
	mv "$work/apt/extra" "$list/extra.sources"
	[ -s "$list/extra.sources" ] || [ -s "$list/extra.list" ]
}

apt()
{
	local tool=$1
	shift
	"$tool" -q -o Dir::Etc::sourcelist=/dev/null \
		-o Dir::Etc::sourceparts="$work/apt/sources.d" \
		-o Dir::State="$work/apt/state" \
		-o Dir::State::status=/var/lib/dpkg/status \
		-o Dir::Cache="$work/apt/cache" -o APT::Sandbox::User=root "$@"
}

# Once for all packages.
apt_update()
{
	[ ! -f "$work/apt/done" ] || return 0
	command -v apt-get >/dev/null || return
	rm -rf "$work/apt"
	mkdir -p "$work/apt"/{sources.d,state/lists/partial} \
		"$work/apt/cache/archives/partial"
	sources_with bookworm-backports &&
		apt apt-get -o APT::Update::Error-Mode=any update \
			>"$work/apt/log" 2>&1 && touch "$work/apt/done"
}

# fetch PACKAGE VERSION: into $EXT4BM_KERNELS.
# Return: 0; 1 if the archive cannot be asked; 2 if it has no such package.
fetch()
{
	apt_update || return 1
	apt apt-cache madison "$1" 2>/dev/null | awk '{ print $3 }' |
		grep -Fqx "$2" || return 2
	(cd "$EXT4BM_KERNELS" && apt apt-get download "$1=$2") \
		>>"$work/apt/log" 2>&1 || return 1
}

# $file is PACKAGE in that VERSION, fetched if need be; or this is said, for
# the test of kernel $1. A package that has left the archive is a plain skip
# wherever that happens; one that is there and cannot be had is not.
package_get()
{
	file=$EXT4BM_KERNELS/${2}_$3_amd64.deb
	mkdir -p "$EXT4BM_KERNELS"
	[ ! -f "$file" ] || return 0
	fetch "$2" "$3"
	case $? in
	0)	return 0 ;;
	2)	skip "$1" "$2 $3 is not in the archive any more" ;;
	*)	cannot "$1" "$2 cannot be fetched"
		diag "$(tail -5 "$work/apt/log" 2>&1)" ;;
	esac
	return 1
}

# Unpacks $file: $kernel, $release, and what it boots from in $initramfs.
kernel_unpack()
{
	local name modules=()
	rm -rf "$work/kernel"
	mkdir "$work/kernel"
	dpkg-deb --fsys-tarfile "$file" | tar -x -C "$work/kernel" --wildcards \
		'*/vmlinuz-*' '*/virtio*.ko*' || return
	kernel=$(echo "$work"/kernel/boot/vmlinuz-*)
	release=${kernel##*/vmlinuz-}
	for name in $modules_needed; do
		mapfile -t -O ${#modules[@]} modules < <(find "$work/kernel" \
			-name "$name.ko" -o -name "$name.ko.*")
	done
	initramfs=$work/initramfs.qemu
	guest_initramfs "$initramfs" "${modules[@]}"
}

# kernel_get RELEASE VERSION SHA256: this version, and no other bytes.
kernel_get()
{
	local file
	package_get "$1" "linux-image-$1-cloud-amd64" "$2" || return
	if [ "$(sha256sum <"$file")" != "$3  -" ]; then
		result 1 "$1: checksum of its package"
		return 1
	fi
	kernel_unpack
}

# kernel_newest LINE: the newest that the archive has, for example of 6.1; its
# signature is what vouches for it.
kernel_newest()
{
	local file package version
	if ! apt_update; then
		cannot "newest $1" "the archive cannot be asked"
		return 1
	fi
	package=$(apt apt-cache search --names-only \
		"^linux-image-${1//./\\.}\\.[0-9.+deb-]*-cloud-amd64\$" |
		cut -d ' ' -f 1 | sort -V | tail -1)
	if [ -z "$package" ]; then
		skip "newest $1" "the archive has none"
		return 1
	fi
	version=$(apt apt-cache madison "$package" | awk 'NR == 1 { print $3 }')
	package_get "newest $1" "$package" "$version" && kernel_unpack
}
