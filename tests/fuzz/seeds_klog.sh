#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# seeds_klog.sh FOLDER --- messages of kernels to start fuzzing from
#
# Each by itself, behind what different logs put in front, and all of them as
# one log.

set -eu

if [ $# -ne 1 ]; then
	echo "usage: $0 FOLDER" >&2
	exit 2
fi
mkdir -p "$1"

fronts=("" "[   12.621736] " "[Fri Mar  1 10:20:30 2024] " \
	"3,4053,11941741503,-;" "Mar  1 10:20:30 db3 kernel: [   12.621736] " \
	"2024-03-01T10:20:30.621736+01:00 db3 kernel: " \
	"kern  :err   : [   12.621736] ")
number=0
while IFS= read -r text; do
	front=${fronts[number % ${#fronts[@]}]}
	printf '%s%s\n' "$front" "$text" >"$1/message-$number"
	number=$((number + 1))
done <<'MESSAGES'
Linux version 6.12.74+deb12-cloud-amd64 (a@b) #1 SMP Debian 6.12.74-2
EXT4-fs (sda2): mounted filesystem aa10bbb7-1dd1-4c6d-9e04-52a3074dcc3d r/w with ordered data mode. Quota mode: none.
EXT4-fs error (device sda2): ext4_mb_complex_scan_group:2508: group 350, 8179 free clusters as per group info. But got 8192 blocks
EXT4-fs error (device sda2): ext4_mb_complex_scan_group:2499: group 350, 12 free clusters as per group info. But bitmap says 0
EXT4-fs error (device sda2): ext4_mb_simple_scan_group:2420: group 7, 3 free clusters of order 5. But found 0
EXT4-fs error (device md8): ext4_mb_generate_buddy:739: group 30592, 30643 clusters in bitmap, 30688 in gd
EXT4-fs error (device sda1): ext4_mb_generate_buddy:758: group 0, block bitmap and bg descriptor inconsistent: 21751 vs 21765 free clusters
EXT4-fs error (device loop0): mb_free_blocks:1938: group 0, inode 15: block 305:freeing already freed block (bit 19); block bitmap corrupt.
EXT4-fs error (device sda2): mb_find_extent:1766: group 12, corruption or bug in mb_find_extent block=32760, order=3 needed=2048 ex=12/32760/16@0
EXT4-fs (sda2): corruption in group 324 at byte 784(6272): f in copy != ff on disk/prealloc
EXT4-fs (sda2): pa 00000000d15f9ca1: logic 0, phys. 34304, len 512
EXT4-fs error (device sdd1): ext4_validate_block_bitmap:384: comm kworker/u10:2: bg: 54414 bad block bitmap checksum
EXT4-fs error (device mmcblk0p1): ext4_validate_block_bitmap:440: comm ext4lazyinit: bg 231: block 31744: padding at end of block bitmap is not set
EXT4-fs error (device nvme19n1): ext4_wait_block_bitmap:517: comm etcd: Cannot read block bitmap - block_group = 34, block_bitmap = 1048578
EXT4-fs error (device sdm): ext4_discard_preallocations:5001: comm prometheus: Error -5 reading block bitmap for 211
EXT4-fs error (device sda2): ext4_free_inode:340: comm rm: bit already cleared for inode 12
EXT4-fs error (device sda2): ext4_mb_clear_bb:6000: inode #13: comm rm: Freeing blocks in system zone - Block = 257, count = 4
EXT4-fs error (device sdb4) in ext4_free_blocks:4802: IO failure
EXT4-fs (sda6): ext4_check_descriptors: Block bitmap for group 131056 not in group (block 35184616189952)!
EXT4-fs (sdd1): ext4_check_descriptors: Checksum for group 3201 failed (45969!=38902)
EXT4-fs (vda): initial error at time 1709536044: mb_free_blocks:1937: inode 7: block 704527
EXT4-fs (sdc1): Delayed block allocation failed for inode 7334278 at logical offset 0 with max blocks 11 with error 74
EXT4-fs error: 41 callbacks suppressed
Aborting journal on device md8-8.
JBD2: Spotted dirty metadata buffer (dev = sda1, blocknr = 0). There's a risk of filesystem corruption in case of system crash.
EXT4-fs (sda2): unmounting filesystem aa10bbb7-1dd1-4c6d-9e04-52a3074dcc3d.
MESSAGES
cat "$1"/message-* "$1"/message-* >"$1/log"
printf '' >"$1/empty"
