# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# harness.sh --- what the integration tests share: TAP lines, a work folder
# that is always cleaned up, and where the programs are.
#
# Sourced. Set by "make check", with defaults for a run by hand from the tests
# folder of a build tree:
#   srcdir          folder of the tests' sources
#   EXT4BMCHECK     the checker
#   EXT4BMFIXTURE   the fixture generator
#   EIO_SO          the library of eio.c
#   EXT4BM_NO_SKIP  1: what the machine cannot do is a failure, not a skip

set -u
export LC_ALL=C TZ=GMT0
export E2FSCK_CONFIG=/dev/null EXT2FS_NO_MTAB_OK=1 BLKID_FILE=/dev/null
PATH=$PATH:/usr/sbin:/sbin

: "${srcdir:=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}"
: "${EXT4BMCHECK:=../checker/ext4bmcheck}"
: "${EXT4BMFIXTURE:=./ext4bmfixture}"
: "${EIO_SO:=integration/.libs/eio.so}"
: "${EXT4BM_NO_SKIP:=0}"
export srcdir EXT4BM_NO_SKIP

EXT4BMCHECK=$(realpath "$EXT4BMCHECK")
EXT4BMFIXTURE=$(realpath "$EXT4BMFIXTURE")
export EXT4BMCHECK EXT4BMFIXTURE

tap_count=0

diag()
{
	printf '%s\n' "$@" | sed 's/^/# /'
}

# result STATUS DESCRIPTION: one TAP line.
result()
{
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_count - $2"
	else
		echo "not ok $tap_count - $2"
	fi
}

# check DESCRIPTION COMMAND...: passes when the command does.
check()
{
	local what=$1 out status
	shift
	out=$("$@" 2>&1)
	status=$?
	result "$status" "$what"
	if [ "$status" -ne 0 ]; then
		diag "$*: status $status" "$out"
	fi
}

# same DESCRIPTION WANTED GOT: passes when the two texts are equal.
same()
{
	if [ "$2" = "$3" ]; then
		result 0 "$1"
	else
		result 1 "$1"
		diag "wanted:" "$2" "got:" "$3"
	fi
}

# cannot DESCRIPTION REASON: the machine lacks something this test needs.
cannot()
{
	tap_count=$((tap_count + 1))
	if [ "$EXT4BM_NO_SKIP" = 1 ]; then
		echo "not ok $tap_count - $1: $2"
	else
		echo "ok $tap_count - $1 # SKIP $2"
	fi
}

# skip DESCRIPTION REASON: not a lack of the machine; skipped everywhere.
skip()
{
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

done_testing()
{
	echo "1..$tap_count"
	exit 0
}

# need COMMAND...: ends the test when one of them is not there.
need()
{
	local tool
	for tool; do
		if ! command -v "$tool" >/dev/null 2>&1; then
			cannot "$(basename "$0")" "$tool is not installed"
			done_testing
		fi
	done
}

# check_json [OPTION]... IMAGE: runs the checker, fills $json and $status.
check_json()
{
	json=$("$EXT4BMCHECK" --json "$@" 2>"$work/stderr")
	status=$?
}

# json_rows CODE: "group stored counted" of each finding of that code.
json_rows()
{
	printf '%s' "$json" |
		jq -r --arg code "$1" '.findings[] | select(.code == $code) |
			[(.group // "-"), .stored, .counted] | map(tostring) |
			join(" ")'
}

# json_codes: "code group" of each finding, sorted.
json_codes()
{
	printf '%s' "$json" |
		jq -r '.findings[] | "\(.code) \(.group // "-")"' | sort -u
}

# test_golden NAME FILE: the report in $json, as the test's own "normalise"
# prints it, is what the file has; with UPDATE_GOLDEN=1 it becomes that.
test_golden()
{
	local name=$1 file=$2
	if [ "${UPDATE_GOLDEN:-0}" = 1 ]; then
		mkdir -p "$(dirname "$file")"
		normalise >"$file.new" && mv "$file.new" "$file"
		result $? "$name: golden file is written"
		return
	fi
	normalise >"$work/got.json"
	check "$name: same report as ever" diff -u "$file" "$work/got.json"
}

# test_lint PAGE: a manual page is well written.
test_lint()
{
	local name
	name="$(basename "$1") has no lint"
	if command -v mandoc >/dev/null 2>&1; then
		same "$name" "" "$(mandoc -Tlint -Wwarning "$1" 2>&1)"
	else
		cannot "$name" "no mandoc"
	fi
}

# bit STATUS BIT: is that bit of an exit status set?
bit()
{
	[ $(($1 & $2)) -ne 0 ]
}

# need_eio: ends the test when eio.so is not built. $preload is what LD_PRELOAD
# must be for a checker with it; the sanitizers want to be first in line.
need_eio()
{
	if [ ! -f "$EIO_SO" ]; then
		cannot "$(basename "$0")" "$EIO_SO is not built"
		done_testing
	fi
	preload=$(ldd "$EXT4BMCHECK" 2>/dev/null | awk '/libasan/ { print $3 }')
	preload="${preload:+$preload }$(realpath "$EIO_SO")"
}

# contents FILE: a sum over the data of a sparse file and where it lies;
# reading the holes would take minutes.
contents()
{
	tar -S --mtime=@0 --transform 's/.*/file/' -cf - -C "$(dirname "$1")" \
		"$(basename "$1")" | sha256sum
}

work=$(mktemp -d "${TMPDIR:-/tmp}/ext4bm.XXXXXX") || exit 99
mounts=()
loops=()

# mount_folder: makes $work/mnt, to mount on.
mount_folder()
{
	mkdir "$work/mnt"
	mounts+=("$work/mnt")
}

# can_mount: true if images can be mounted here.
can_mount()
{
	[ "$(id -u)" -eq 0 ] && [ -n "$(losetup -f 2>/dev/null)" ]
}

# has_ours DEVICE: does a loop device have a file of this test?
has_ours()
{
	local file=''
	read -r file 2>/dev/null <"/sys/block/${1##*/}/loop/backing_file"
	[[ $file == "$(realpath "$work")"/* ]]
}

# detach DEVICE: a loop device that still has a file of this test. One that was
# detached before may belong to another test by now.
detach()
{
	! has_ours "$1" || losetup -d "$1" 2>/dev/null
}

# unmount_wait FOLDER: and detaches its device, once all is written. Another
# test may use it for a while: by a check of all that is mounted, or by a mount
# namespace with a copy of each mount.
unmount_wait()
{
	local device
	device=$(findmnt -no SOURCE "$1") || return
	for _ in {1..600}; do
		if umount "$1" 2>/dev/null || ! mountpoint -q "$1"; then
			detach "$device"
			has_ours "$device" || return 0
		fi
		sleep 0.1
	done
	diag "$1: still in use by something"
	return 1
}

cleanup()
{
	local it
	for it in ${mounts[@]+"${mounts[@]}"}; do
		if mountpoint -q "$it"; then
			umount "$it" || umount -l "$it"
		fi
	done
	for it in ${loops[@]+"${loops[@]}"}; do
		detach "$it"
	done
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
