#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kernels.sh --- the same checks on each line of kernels that Debian 12 offers
#
# In a PC without KVM: no finding while files come and go; the state after a
# lost allocation, and none of it after the page cache was dropped; the state
# once more, and what that kernel says when it meets it. The counters and the
# map of free extents look different from kernel to kernel, and the checker has
# to read all of them.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/lab/guest.sh
. "$(dirname "$0")/guest.sh"
# shellcheck source=tests/lab/judge.sh
. "$(dirname "$0")/judge.sh"
# shellcheck source=tests/lab/kernel.sh
. "$(dirname "$0")/kernel.sh"
need qemu-system-x86_64 busybox cpio dpkg-deb setsid ps jq

# Looks while files are written, cut and removed.
test_busy()
{
	local i findings="" moved=0
	ask "touch /tmp/busy; (n=0; while [ -e /tmp/busy ]; do" \
		"n=\$((n + 1)); fallocate -l \$((n % 9 * 70000 + 1))" \
		"/mnt/large\$((n % 7)); head -c \$((n % 13 * 3000))" \
		"/dev/zero >/mnt/small\$((n % 11)); rm -f" \
		"/mnt/large\$((n % 5)) /mnt/small\$((n % 10)); done)" \
		">/dev/null 2>&1 &"
	for ((i = 0; i < 10; i++)); do
		look
		moved=$((moved + $(jq '.summary.live |
			.transient + .rejected' <<<"$answer")))
		findings+=$(jq -c 'select(.exit != 0) | [.exit, .findings]' \
			<<<"$answer")
	done
	ask "rm /tmp/busy; rm -f /mnt/large* /mnt/small*; sync"
	same "$name: no finding while files come and go" "" "$findings"
	diag "$name: $moved differences seen and rejected"
}

test_state()
{
	poke put 4000-4012 none
	look
	drift "DRIFT in memory only"
	finding buddy-free-clusters 8179 8192
	finding buddy-lost-update 0 13
	silent
}

test_kernel()
{
	name=$release
	start 4000-4012 guest_qemu "$image" "$kernel" "$initramfs" || return
	test_busy
	test_state
	ask "sync; echo 1 >/proc/sys/vm/drop_caches"
	look
	same "$name: clean after the page cache was dropped" "[0,[]]" \
		"$(jq -c '[.exit, .findings]' <<<"$answer")"
	page=$("$LAB_BIN/poke" find "$guest_ram" 350 4000-4012)
	same "$name: its page is found once more" 1 "$(wc -w <<<"$page")"
	test_state
	ask "fill /mnt 8192"
	noticed "[0-9]* free clusters as per group info. But got [0-9]* blocks"
	diag "$(guest_log)"
	ask "sed -n '1p; /^#350 /p' /proc/fs/ext4/vda/mb_groups"
	diag "$answer"
	end
}

for line in 6.1 6.12; do
	kernel_newest $line && test_kernel
done
while read -r wanted version sum; do
	kernel_get "$wanted" "$version" "$sum" && test_kernel
done <<'PACKAGES'
6.12.43+deb12 6.12.43-1~bpo12+1 e23bf6c82d71843946784a7fec8a20f642f3f712ac8f7e00d07f92fce33d8da7
6.12.74+deb12 6.12.74-2~bpo12+1 32f6b9c252e218eba8cf647df1d92ecafc4f44ab09bb1bf05d42e7e1c882bccf
6.12.85+deb12 6.12.85-1~bpo12+1 80f4ffa15b8a23e27efb5602a4c8330906fada4569a9c85aacc29a672a0abe62
PACKAGES
done_testing
