#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# resize.sh --- a file system that grows while it is looked at
#
# Growing takes a capability that root has not everywhere; root of a user-mode
# Linux has it. Check follows check while files come and go and the kernel adds
# blocks to the last group, then groups. Each check has to end clean, or has to
# say that the file system was resized meanwhile: never with drift. What it has
# become is then clean for e2fsck and for a check of the image, with the copies
# of the descriptors that the kernel has written for the new groups.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/lab/guest.sh
. "$(dirname "$0")/guest.sh"
need linux.uml busybox cpio setsid ps jq e2fsck mke2fs

guest_initramfs "$work/initramfs.uml"
image=$work/image

# Before, while, and after it grows. Of each check a line: its status, then what
# it had to say.
checks="while [ ! -e /tmp/grown ]; do \
said=\$(ext4bmcheck --live --json /mnt 2>&1 >/tmp/report); \
echo \$? \$said; done"
files="while [ ! -e /tmp/grown ]; do for i in 1 2 3 4 5 6 7 8; do \
dd if=/dev/zero of=/mnt/\$i bs=40k count=\$i 2>/dev/null; done; \
rm -f /mnt/[2468]; done"

# grows NAME BLOCKS LAST STEP MKE2FS-OPTION...: from BLOCKS to LAST.
grows()
{
	local name=$1 blocks=$2 last=$3 step=$4 clean resized
	shift 4
	rm -f "$image"
	truncate -s 600M "$image"
	mke2fs -q -F -t ext4 "$@" "$image" "$blocks" >/dev/null 2>&1
	guest_uml "$image"
	same "$name: the guest starts" 0 "$?"
	ask "mount -t ext4 -o errors=continue /dev/$guest_device /mnt"
	same "$name: mounted" 0 "$status"
	ask "($files) & (sleep 1; grow /mnt $blocks $last $step 2>/tmp/grow; \
ended=\$?; sleep 1; echo \$ended >/tmp/grown) & $checks"
	clean=$(grep -c '^0$' <<<"$answer")
	resized=$(grep -c '^8 .* was resized meanwhile: check again$' \
		<<<"$answer")
	same "$name: clean, or resized meanwhile" "" "$(grep -v -e '^0$' \
		-e '^8 .* was resized meanwhile: check again$' <<<"$answer")"
	check "$name: some were clean" test "$clean" -gt 0
	check "$name: some were in the middle of it" test "$resized" -gt 0
	diag "$name: $clean clean, $resized resized meanwhile"
	ask "cat /tmp/grown /tmp/grow"
	same "$name: it grew to the end" 0 "$answer"
	ask "ext4bmcheck --live --json /mnt"
	same "$name: clean afterwards, as large as it is" "0 $last" \
		"$status $(jq .geometry.blocks <<<"$answer")"
	guest_off
	same "$name: unmounted" 0 "$?"
	check "$name: e2fsck finds nothing" e2fsck -fn "$image"
	check_json --backups --owners "$image"
	same "$name: nor does a check of the image" "0 $last []" "$status $(jq \
		-c '"\(.geometry.blocks) \(.findings)"' -r <<<"$json")"
}

grows 1k 60000 573441 8000 -b 1024
grows "4k, meta_bg" 30000 131072 2000 -b 4096 -O meta_bg,^resize_inode
done_testing
