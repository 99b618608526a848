#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# live.sh --- a healthy mounted file system, named in every way
#
# By device, mount point, path, bind mount, image file behind a loop device,
# tag; as root and as an ordinary user; and what must be refused.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/kernel/mount.sh
. "$(dirname "$0")/mount.sh"
need dumpe2fs fallocate findmnt mkfifo strace unshare

# clean DESCRIPTION ARGUMENT...: exit 0, no finding.
clean()
{
	local what=$1
	shift
	check_json --live "$@"
	same "$what: exit status" 0 "$status"
	same "$what: no finding" "" "$(json_codes)"
}

# groups_in LIST: how many groups a list has, twice.
groups_in()
{
	local part sum=0
	for part in ${1//,/ }; do
		sum=$((sum + ${part#*-} - ${part%-*} + 1))
	done
	echo "$sum $sum"
}

# user COMMAND...: as somebody without rights.
user()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# The program where an ordinary user can run it.
cp "$EXT4BMCHECK" "$work/checker"
chmod 755 "$work" "$work/checker"

# The root file system of this machine, in use by everything.
root_fs=$(stat -f -c %T /)
if [ "$root_fs" = ext2/ext3 ]; then
	clean "root directory" --settle 60 /
	out=$(user "$work/checker" --live --settle 60 / 2>&1)
	same "root directory, ordinary user: exit status" 0 "$?"
	check "root directory, ordinary user: says clean" \
		grep -q ": clean: the allocator's views of" <<<"$out"
else
	skip "root directory" "/ is $root_fs"
fi

for layout in "-b 1024" "-b 4096" "-b 4096 -O bigalloc -C 65536" \
		"-b 1024 -O ^has_journal" "-b 4096 -O ^flex_bg,^metadata_csum" \
		"-b 1024 -g 2048" "-b 2048 -O meta_bg,^resize_inode"; do
	# shellcheck disable=SC2086 # several options
	if ! mount_new errors=continue 200M $layout; then
		cannot "$layout" "cannot mount it"
		continue
	fi
	cp "$EXT4BMCHECK" "$mnt/file"
	sync -f "$mnt"
	clean "$layout, device" "$loop"
	clean "$layout, mount point" "$mnt"
	clean "$layout, path" "$mnt/file"
	groups=$(jq .summary.groups_checked <<<"$json")
	same "$layout: all groups looked at" \
		"$(grep -c '^#[0-9]' "/proc/fs/ext4/${loop##*/}/mb_groups")" \
		"$groups"
	same "$layout: all views read" "true true true" \
		"$(jq -r '.views | [.cache.read, .buddy.read,
			.counters.read] | join(" ")' <<<"$json")"
	same "$layout: its journal is in use, and not to be replayed" 0 \
		"$("$EXT4BMCHECK" --live -v "$mnt" 2>/dev/null |
			grep -c replayed)"
	counters=/proc/fs/ext4/$(basename "$loop")/mb_groups
	clean "$layout, counters named" --mb-groups "$counters" "$mnt"
	clean "$layout, /proc and /sys elsewhere" --proc-root / "$mnt"
	# The shape is then derived from what everybody sees.
	out=$(user "$work/checker" --live --json "$mnt" 2>/dev/null)
	same "$layout, ordinary user: exit status" 0 "$?"
	same "$layout, ordinary user: same groups" "$groups" \
		"$(jq .summary.groups_checked <<<"$out")"
	same "$layout, ordinary user: same shape" "[]" "$(jq -c \
		--argjson all "$(jq .geometry <<<"$json")" '[.geometry |
		to_entries[] | select(.key != "derived" and
		.value != $all[.key])]' <<<"$out")"
	same "$layout, ordinary user: no more than is known" 8 \
		"$(jq '.geometry | length' <<<"$out")"
	same "$layout, ordinary user: views" "false true true" \
		"$(jq -r '.views | [.cache.read, .buddy.read,
			.counters.read] | join(" ")' <<<"$out")"
	unmount
done

# A copy is of another moment, and would prove nothing against the kernel.
mount_new errors=continue 64M -b 1024
cat "/proc/fs/ext4/$(basename "$loop")/mb_groups" >"$work/counters"
mkdir -p "$work/root/proc/fs/ext4/$(basename "$loop")"
cp "$work/counters" "$work/root/proc/fs/ext4/$(basename "$loop")/mb_groups"
"$EXT4BMCHECK" --live --mb-groups "$work/counters" "$mnt" >"$work/out" \
	2>"$work/err"
same "saved counters, mounted: refused" 8 "$?"
check "saved counters, mounted: says why" grep -q "saved copy" "$work/err"
umount "$mnt"
for option in --mb-groups="$work/counters" --proc-root="$work/root"; do
	check_json --live "$option" "$loop"
	same "saved counters, ${option%%=*}: exit status" 0 "$status"
	same "saved counters, ${option%%=*}: verdict" clean-part \
		"$(jq -r .summary.verdict <<<"$json")"
done
losetup -d "$loop"

# Those of another one with as many groups would differ in all of them.
mount_new errors=continue 64M -b 1024
other=$loop other_mnt=$mnt other_image=$image
mv "$image" "$work/other"
mnt2=$work/mnt2
mkdir "$mnt2"
mkfs_image=$work/second
truncate -s 64M "$mkfs_image"
mke2fs -q -F -t ext4 -b 1024 "$mkfs_image"
mount -o loop,errors=continue "$mkfs_image" "$mnt2"
mounts+=("$mnt2")
"$EXT4BMCHECK" --live --mb-groups "/proc/fs/ext4/${other##*/}/mb_groups" \
	"$mnt2" >"$work/out" 2>"$work/err"
same "counters of another one: exit status" 8 "$?"
check "counters of another one: says so" grep -q "not those of this file" \
	"$work/err"
umount "$mnt2"
umount "$other_mnt"
losetup -d "$other"
rm -f "$work/other" "$other_image"

# reasons: why something was not looked at, for want of the device.
reasons()
{
	jq -r '[.summary.unchecked[].reason |
		select(contains("device"))] | unique | join("; ")' "$work/out"
}

# Who is root is not told to become root.
mount_new errors=continue 64M -b 1024
user "$work/checker" --live --json "$mnt" >"$work/out" 2>"$work/err"
same "ordinary user: what it takes" \
	"the device may not be read, which takes root as a rule" "$(reasons)"
mkdir -m 700 "$work/closed" "$work/closed/mnt"
mount --move "$mnt" "$work/closed/mnt" 2>/dev/null ||
	{ umount "$mnt" && mount "$loop" "$work/closed/mnt"; }
mounts+=("$work/closed/mnt")
user "$work/checker" --live "$loop" >"$work/out" 2>"$work/err"
same "mounted where a user may not look: exit status" 8 "$?"
check "mounted where a user may not look: it is named" grep -qF \
	"It is mounted on $work/closed/mnt" "$work/err"
umount "$work/closed/mnt"
mount -o errors=continue "$loop" "$mnt"
if user unshare -r true 2>/dev/null; then
	user unshare -r "$work/checker" --live --json "$mnt" >"$work/out" \
		2>"$work/err"
	same "root of a container: what it may be" "not even root may read \
the device here, which a container may forbid" "$(reasons)"
else
	skip "root of a container" "unshare is not allowed"
fi
if unshare -m true 2>/dev/null; then
	# shellcheck disable=SC2016 # for that shell
	unshare -m sh -c 'mount -t tmpfs none /dev; exec "$@"' sh \
		"$EXT4BMCHECK" --live --json "$mnt" >"$work/out" 2>"$work/err"
	same "no node: said" "there is no node in /dev by which the device \
could be read" "$(reasons)"
else
	skip "no node" "unshare is not allowed"
fi
unmount

# Without the device, too, one damaged group hides only itself.
mount_new errors=remount-ro 200M -b 1024 -O metadata_csum
fallocate -l 150M "$mnt/file"
umount "$mnt"
block=$(dumpe2fs "$loop" 2>/dev/null | awk '$1 == "Group" && $2 == "3:" {
	here = 1 } here && /Block bitmap at/ { print $4; exit }')
dd if=/dev/urandom of="$loop" bs=1024 seek="$block" count=1 status=none
mount -o errors=remount-ro,noinit_itable "$loop" "$mnt"
ASAN_OPTIONS=detect_leaks=0:${ASAN_OPTIONS:-} strace -f -s 300 \
	-e trace=write,openat -o "$work/trace" \
	setpriv --reuid=65534 --regid=65534 --clear-groups \
	"$work/checker" --live --json "$mnt" >"$work/out" 2>"$work/err"
same "damaged group, ordinary user: found" "25 3" "$(jq -r '"\(
	.summary.groups_checked) \([.findings[].group | numbers] | unique |
	map(tostring) | join(" "))"' "$work/out")"
check "errors=remount-ro, ordinary user: warned before groups are loaded" \
	awk '/errors=remount-ro/ && !warned { warned = NR }
		/openat.*mb_groups/ && !opened { opened = NR }
		END { exit !(warned && opened && warned < opened) }' \
	"$work/trace"
unmount

# An image stands for what is in it, not for what holds it.
"$EXT4BMCHECK" --live "$mkfs_image" >"$work/out" 2>"$work/err"
same "image that is not mounted: refused" 16 "$?"
check "image that is not mounted: names the way" grep -q \
	"not mounted: leave --live out" "$work/err"
truncate -s 80M "$work/disk"
dd if="$mkfs_image" of="$work/disk" bs=1M seek=8 conv=notrunc status=none
for image in "$mkfs_image" "$work/disk?offset=8388608"; do
	file=${image%\?*}
	mount -o "loop,offset=$([ "$file" = "$image" ] && echo 0 ||
		echo 8388608),errors=continue" "$file" "$mnt2"
	mounts+=("$mnt2")
	name=${image##*/}
	"$EXT4BMCHECK" "$image" >"$work/out" 2>"$work/err"
	same "$name, mounted: refused without --live" 16 "$?"
	check "$name, mounted: the command that checks it" grep -qF \
		"ext4bmcheck --live $mnt2" "$work/err"
	check_json --live "$image"
	same "$name, mounted: that one is checked" "0 $mnt2 $(findmnt -no \
		SOURCE "$mnt2")" "$status $(jq -r '.target |
		"\(.mountpoint) \(.device)"' <<<"$json")"
	umount "$mnt2"
	"$EXT4BMCHECK" --live "$image" >"$work/out" 2>"$work/err"
	same "$name, unmounted again: refused" 16 "$?"
done
if unshare -m true 2>/dev/null; then
	mkfifo "$work/ready" "$work/done"
	# shellcheck disable=SC2016 # for that shell
	unshare -m sh -c 'mount -o loop "$1" "$2"; echo >"$3"; read -r _ <"$4"
		umount "$2"' sh "$mkfs_image" "$mnt2" "$work/ready" \
		"$work/done" &
	read -r _ <"$work/ready"
	"$EXT4BMCHECK" "$mkfs_image" >"$work/out" 2>"$work/err"
	same "mounted in another namespace: refused" 16 "$?"
	check "mounted in another namespace: where to check it" grep -q \
		"nsenter" "$work/err"
	"$EXT4BMCHECK" --live "$mkfs_image" >"$work/out" 2>"$work/err"
	same "mounted in another namespace: --live cannot either" 8 "$?"
	check "mounted in another namespace: and says so" grep -q \
		"nsenter" "$work/err"
	echo >"$work/done"
	wait
else
	skip "mounted in another namespace" "unshare is not allowed"
fi
loop=$(losetup -f --show "$mkfs_image")
loops+=("$loop")
"$EXT4BMCHECK" --live "$loop" >"$work/out" 2>"$work/err"
same "device that is not mounted: exit status" 8 "$?"
check "device that is not mounted: names the way" grep -q \
	"not mounted: leave --live out" "$work/err"
losetup -d "$loop"
rm -f "$mkfs_image" "$work/disk"

mount_new errors=panic 64M -b 1024 -L ext4bm-live
"$EXT4BMCHECK" --live "$mnt" >"$work/out" 2>"$work/err"
same "errors=panic: refused" 16 "$?"
check "errors=panic: names the way round" grep -q allow-kernel-load "$work/err"
clean "errors=panic: with consent" --allow-kernel-load "$mnt"
check "errors=panic: names what needs none" grep -q -e --force "$work/err"
ASAN_OPTIONS=detect_leaks=0:${ASAN_OPTIONS:-} strace -f -o "$work/trace" \
	-e trace=ioctl,openat "$EXT4BMCHECK" --force "$loop" \
	>"$work/out" 2>&1
same "errors=panic: --force has read the bitmaps" 0 "$?"
same "errors=panic: --force makes the kernel load nothing" "" \
	"$(grep 'GETFSMAP\|mb_groups' "$work/trace")"
mount -o remount,errors=continue "$mnt"
mkdir "$work/bind"
mount --bind "$mnt" "$work/bind"
mounts=("$work/bind" "${mounts[@]}")
clean "bind mount" "$work/bind"
check_json --live --allow-kernel-load "$loop"
same "bind mount: of the device, the first mount is named" "$mnt" \
	"$(jq -r .target.mountpoint <<<"$json")"
umount "$work/bind"
clean "tag" LABEL=ext4bm-live
mount -o remount,ro "$mnt"
clean "read-only mount" "$mnt"
"$EXT4BMCHECK" "$loop" >"$work/out" 2>"$work/err"
same "without --live: refused" 16 "$?"
check "without --live: names it" grep -qe --live "$work/err"
unmount

"$EXT4BMCHECK" --live /proc >"$work/out" 2>"$work/err"
same "not ext4: exit status" 8 "$?"
check "not ext4: says so" grep -q "not a mounted ext4" "$work/err"
"$EXT4BMCHECK" --live "$work/nothing" >"$work/out" 2>"$work/err"
same "nothing there: exit status" 8 "$?"

# Some of the groups: as root and as an ordinary user.
mount_new errors=continue 200M -b 1024
for arguments in "-g 3" "-g 0,5-6,24" "-g 0-24"; do
	# shellcheck disable=SC2086 # two words
	clean "$arguments" $arguments "$mnt"
	same "$arguments: as many as were asked for" \
		"$(groups_in "${arguments#-g }")" \
		"$(jq -r '.summary | "\(.groups_wanted) \(.groups_checked)"' \
		<<<"$json")"
	# shellcheck disable=SC2086
	out=$(user "$work/checker" --live --json $arguments "$mnt" 2>/dev/null)
	same "$arguments, ordinary user: exit status" 0 "$?"
	same "$arguments, ordinary user: as many" \
		"$(groups_in "${arguments#-g }")" \
		"$(jq -r '.summary | "\(.groups_wanted) \(.groups_checked)"' \
		<<<"$out")"
done
same "all groups by number: verdict" clean "$(jq -r .summary.verdict \
	<<<"$json")"
check_json --live -g 3 "$mnt"
same "a part: verdict" clean-part "$(jq -r .summary.verdict <<<"$json")"
check "a part: says so" grep -q "part looked at: .* 1 of 25 groups" \
	<(jq -r .summary.text <<<"$json")
"$EXT4BMCHECK" --live -g 3,25 "$mnt" >"$work/out" 2>"$work/err"
same "a group that is not there: exit status" 16 "$?"
check "a group that is not there: names those that are" \
	grep -q "groups 0 to 24" "$work/err"
unmount
# Each even group by itself: more than single questions to the kernel are for.
many=$(seq -s, 0 2 398)
mount_new errors=continue 400M -b 1024 -g 1024
clean "200 groups" -g "$many" "$mnt"
same "200 groups: as many" 200 "$(jq .summary.groups_checked <<<"$json")"
strace -o "$work/trace" -e trace=ioctl "$EXT4BMCHECK" --live -g "$many" \
	"$mnt" >"$work/out" 2>&1
calls=$(grep -cE 'GETFSMAP|0x58, 0x3b' "$work/trace")
check "200 groups: $calls calls, not 200" \
	test "$calls" -ge 1 -a "$calls" -lt 100
unmount
done_testing
