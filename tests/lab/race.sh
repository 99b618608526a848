#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# race.sh --- the page migration race itself, on kernels as Debian ships them
#
# Nothing is staged here: load.c makes the race of CVE-2026-45942 likely, and
# in a guest with an affected kernel it happens. The checker has to find it,
# once before the kernel does; on the first fixed kernel, under the same load,
# it has to find nothing. Needs no KVM, and takes at most four minutes.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/lab/guest.sh
. "$(dirname "$0")/guest.sh"
# shellcheck source=tests/lab/kernel.sh
. "$(dirname "$0")/kernel.sh"
need qemu-system-x86_64 busybox cpio dpkg-deb setsid ps jq e2fsck

image=$work/image
LAB_LIMIT=100
qemu_memory=128M

# start: boots $kernel with a file system whose 32 files lie in 32 groups, and
# with a watch that looks every second.
start()
{
	rm -f "$image"
	"$EXT4BMFIXTURE" --make folio --groups 64 \
		--file load=1+2:4000-4000 "$image"
	guest_qemu "$image" "$kernel" "$initramfs" preempt=full init_on_alloc=0
	same "$name: the guest starts" 0 "$?"
	ask "mount -t ext4 -o errors=continue /dev/$guest_device /mnt"
	# Small files next to their first block, however large they get: each
	# wake-up then touches 32 pages and not one.
	ask "echo 1000000 >/sys/fs/ext4/$guest_device/mb_stream_req"
	ask "ext4bmcheck --live --watch=1 --json /mnt >/tmp/watch 2>&1 &" \
		"echo \$! >/tmp/pid"
}

# load USEC SECONDS: status 1 as soon as a look after a round sees drift.
load()
{
	ask "load /mnt $1 $2 sh -c" \
		"'ext4bmcheck --live --json /mnt >/tmp/look; [ \$? -ne 4 ]'"
	diag "$name: $answer"
}

# What the watch tells: the lines that jq selects.
watched()
{
	ask "cat /tmp/watch"
	jq -c "$@" <<<"$answer"
}

# The look at the end of the load saw drift: does the watch tell of it too?
watch_tells()
{
	local i groups
	ask "cat /tmp/look"
	look=$answer
	groups=$(jq -c '[.findings[] | .group | numbers] | unique' <<<"$look")
	diag "$name: $(jq -r .summary.text <<<"$look")"
	for ((i = 0; i < 20; i++)); do
		# shellcheck disable=SC2016 # the variable is that of jq
		[ -z "$(watched --argjson groups "$groups" 'select(
			.type == "condition" and .change == "appeared" and
			(.group | IN($groups[])))')" ] || break
		sleep 0.5
	done
	check "$name: the watch tells of drift in $groups" test "$i" -lt 20
}

end()
{
	ask "kill \$(cat /tmp/pid); while pidof ext4bmcheck; do sleep 0.1; done"
	guest_off
	same "$name: the guest ends in order" 0 "$?"
}

test_affected()
{
	name="affected kernel"
	start
	load 100 60
	same "$name: the checker sees drift" 1 "$status"
	watch_tells
	diag "$name: the kernel: $(guest_log)"
	end
}

# With few wake-ups after one that was lost, the kernel has little reason to
# notice.
test_first()
{
	local try first=no
	for try in 1 2 3 4 5; do
		name="longer sleeps, run $try"
		start
		load 500 30
		if [ "$status" -eq 1 ] && [ -z "$(guest_log)" ]; then
			first=yes
			watch_tells
			same "$name: the kernel has still not noticed" "" \
				"$(guest_log)"
			end
			break
		fi
		diag "$name: the kernel: $(guest_log)"
		end
		# Four minutes are all there is.
		[ "$SECONDS" -lt 130 ] || break
	done
	if [ "$first" = no ] && [ "$try" -lt 5 ]; then
		skip "longer sleeps: the checker is first in one of five runs" \
			"there was time for $try, and it was not in these"
	else
		same "longer sleeps: the checker is first in one of five runs" \
			yes "$first"
	fi
	if [ "$first" = yes ] && grep -q "in memory only" <<<"$look"; then
		check "$name: the disk is right, as it said" e2fsck -fn "$image"
	fi
}

test_fixed()
{
	local usec
	name="fixed kernel"
	start
	for usec in 100 500; do
		load $usec 30
		same "$name, $usec us: no drift" 0 "$status"
	done
	same "$name: nor for the watch" "" \
		"$(watched 'select(.type == "condition" or .exit == 4)')"
	diag "$name: $(watched 'select(.type == "check")' | wc -l) looks of it"
	same "$name: nor for the kernel" "" "$(guest_log)"
	end
	check "$name: e2fsck finds nothing" e2fsck -fn "$image"
}

if kernel_get 6.12.74+deb12 '6.12.74-2~bpo12+1' \
		32f6b9c252e218eba8cf647df1d92ecafc4f44ab09bb1bf05d42e7e1c882bccf
then
	test_affected
	test_first
fi
if kernel_get 6.12.85+deb12 '6.12.85-1~bpo12+1' \
		80f4ffa15b8a23e27efb5602a4c8330906fada4569a9c85aacc29a672a0abe62
then
	test_fixed
fi
done_testing
