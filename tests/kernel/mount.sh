# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# mount.sh --- what the tests on a running kernel share; sourced
#
# They need root, a free loop device and an ext4 that shows its counters.
# shellcheck disable=SC2154 # from harness.sh

need mke2fs losetup mount umount jq flock
if [ "$(id -u)" -ne 0 ]; then
	cannot "$(basename "$0")" "needs root"
	done_testing
fi

# One at a time on this machine: they drop caches and have the kernel move its
# memory, which would heal what another one has just injected.
lock=/proc/fs/ext4
[ -d "$lock" ] || lock=$srcdir/kernel
exec 9<"$lock"
flock 9

# mount_new OPTIONS SIZE MKE2FS-ARGUMENT...: a new file system of that size on
# $mnt, its device is $loop.
mount_new()
{
	local options=$1 size=$2
	shift 2
	image=$work/image
	mnt=$work/mnt
	mkdir -p "$mnt"
	truncate -s "$size" "$image"
	mke2fs -q -F -t ext4 "$@" "$image" >/dev/null 2>&1 || return
	loop=$(losetup -f --show "$image") || return
	loops+=("$loop")
	mount -o "$options" "$loop" "$mnt" || return
	mounts+=("$mnt")
	[ -r "/proc/fs/ext4/$(basename "$loop")/mb_groups" ]
}

unmount()
{
	unmount_wait "$mnt"
	rm -f "$image"
}

# reclaimed: counts that change when pages of files are taken away: those of
# the kernel, and those that DAMON takes, which the former leave out.
reclaimed()
{
	local damon=/sys/kernel/mm/damon/admin/kdamonds state
	for state in "$damon"/*/state; do
		[ ! -w "$state" ] || echo update_schemes_stats >"$state"
	done 2>/dev/null
	awk '/^pgsteal_file / { print $2 }' /proc/vmstat
	cat "$damon"/*/contexts/*/schemes/*/stats/sz_applied \
		/sys/module/damon_*/parameters/bytes_reclaimed_regions \
		2>/dev/null
}

# steady FUNCTION ARGUMENT...: what is injected lives in pages that a system may
# take away at any time, not only when memory is short; the kernel then builds
# them anew, and nothing is left to be found. So a test that failed while pages
# were taken has another try.
steady()
{
	local count=$tap_count before try
	for try in 1 2 3; do
		before=$(reclaimed)
		tap_count=$count
		"$@" >"$work/steady"
		if [ "$try" -eq 3 ] || ! grep -q '^not ok' "$work/steady" ||
				[ "$(reclaimed)" = "$before" ]; then
			break
		fi
		diag "$*: pages were taken away meanwhile, once more:" \
			"$(grep -A 12 '^not ok' "$work/steady")"
	done
	cat "$work/steady"
}

# stage NUMBER: what the readers of a recipe, which share nothing with the
# checker, showed in that stage, counted from 0 as the reports are.
stage()
{
	awk -v wanted="$1" '/^---/ { stage++ } stage == wanted + 1' "$work/out"
}
