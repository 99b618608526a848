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
#   EXT4BM_NO_SKIP  1: what the machine cannot do is a failure, not a skip

set -u
export LC_ALL=C TZ=GMT0
export E2FSCK_CONFIG=/dev/null EXT2FS_NO_MTAB_OK=1 BLKID_FILE=/dev/null
PATH=$PATH:/usr/sbin:/sbin

: "${srcdir:=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}"
: "${EXT4BMCHECK:=../checker/ext4bmcheck}"
: "${EXT4BMFIXTURE:=./ext4bmfixture}"
: "${EXT4BM_NO_SKIP:=0}"
export srcdir EXT4BM_NO_SKIP

EXT4BMCHECK=$(cd "$(dirname "$EXT4BMCHECK")" && pwd)/$(basename "$EXT4BMCHECK")
EXT4BMFIXTURE=$(cd "$(dirname "$EXT4BMFIXTURE")" && pwd)/$(basename "$EXT4BMFIXTURE")
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

# bit STATUS BIT: is that bit of an exit status set?
bit()
{
	[ $(($1 & $2)) -ne 0 ]
}

# preload_of LIBRARY: what LD_PRELOAD must be for the checker; the sanitizers
# want to be first in line.
preload_of()
{
	local asan
	asan=$(ldd "$EXT4BMCHECK" 2>/dev/null | awk '/libasan/ { print $3 }')
	echo "${asan:+$asan }$1"
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

cleanup()
{
	local it
	for it in ${mounts[@]+"${mounts[@]}"}; do
		if mountpoint -q "$it"; then
			umount "$it" || umount -l "$it"
		fi
	done
	for it in ${loops[@]+"${loops[@]}"}; do
		losetup -d "$it" 2>/dev/null
	done
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
