#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# all.sh --- several mounted file systems in one call
#
# Each once, however often it is mounted; one that is skipped or cannot be
# found does not stop the others. The machine's own file systems are looked at
# too: what is said about them is not judged here.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/kernel/mount.sh
. "$(dirname "$0")/mount.sh"
need ldd chroot strace setpriv

if ! mount_new errors=continue 64M -b 1024; then
	cannot all "cannot mount ext4"
	done_testing
fi
first=$loop first_mnt=$mnt
mv "$image" "$work/image1"

# about DEVICE: its report in $json, as "status text".
about()
{
	jq -r --arg device "$1" '.[] |
		select((.target.device // .target.name) == $device) |
		"\(.exit) \(.summary.verdict // .error.text)"' <<<"$json"
}

# Also the way out of a bind mount and of a mount point that is covered.
test_once()
{
	local it bits=0
	mkdir "$work/bind" "$work/second" "$work/second/dir"
	mount --bind "$first_mnt" "$work/bind"
	mounts=("$work/bind" "${mounts[@]}")
	mount "$first" "$work/second"
	mounts=("$work/second" "${mounts[@]}")
	check_json --live --all
	same "mounted at three places: once" "0 clean" "$(about "$first")"
	for it in $(jq '.[].exit' <<<"$json"); do
		bits=$((bits | it))
	done
	same "the exit status has the bits of all" "$bits" "$status"
	same "each document is one of a single check" "" "$(jq -r '.[] |
		select(.error == null) | keys_unsorted | join(" ")' \
		<<<"$json" | grep -vx "ext4bmcheck target geometry views \
summary findings exit")"
	# The latest mount is covered; the device must still lead there.
	mount -t tmpfs none "$work/second"
	mounts=("$work/second" "${mounts[@]}")
	check_json --live --all
	same "its last mount point covered: still once" "0 clean" \
		"$(about "$first")"
	check_json --live "$first"
	same "its last mount point covered: found by device" "0 $first" \
		"$status $(jq -r .target.device <<<"$json")"
	umount "$work/second"
	umount "$work/second"
	umount "$work/bind"
}

test_named()
{
	local text
	check_json --live "$first" "$work/nothing" "$first_mnt"
	same "three names: exit status" 8 "$status"
	same "three names: in this order" \
		"$first 0 $work/nothing 8 $first_mnt 0" "$(jq -r '[.[] |
			.target.name, .exit] | map(tostring) | join(" ")' \
			<<<"$json")"
	text=$("$EXT4BMCHECK" --live "$first" "$work/nothing" 2>"$work/err")
	check "as text: a section with name and place" grep -qF \
		"$first ($first_mnt): clean: " <<<"$text"
	same "as text: how all of them fared" \
		"2 file systems: 1 clean, 1 not looked at ($work/nothing)" \
		"$(tail -1 <<<"$text")"
	check "as text: the reason" grep -qF "$work/nothing" "$work/err"
	same "with -q: silent where it is clean" "" \
		"$("$EXT4BMCHECK" --live -q "$first" "$first_mnt")"
	same "as lines: each with header and summary" \
		"header summary error header summary" "$("$EXT4BMCHECK" \
		--live --json=lines "$first" "$work/nothing" "$first_mnt" \
		2>/dev/null | jq -r .type | tr '\n' ' ' | sed 's/ $//')"
	same "one name alone: no array" object "$("$EXT4BMCHECK" --live \
		--json "$first" | jq -r type)"
}

test_panic()
{
	local text
	mount -o remount,errors=panic "$first_mnt"
	check_json --live --all
	check "errors=panic: skipped, and why" grep -q \
		'^8 .*(errors=panic)' <(about "$first_mnt")
	check "errors=panic: the bit of what was not looked at" bit "$status" 8
	text=$("$EXT4BMCHECK" --live --all 2>"$work/err")
	check "errors=panic: said" grep -qF "$first_mnt was skipped." \
		"$work/err"
	check "errors=panic: and at the end" grep -q \
		"not looked at (.*$first_mnt" <(tail -1 <<<"$text")
	check_json --live "$first" /proc
	same "errors=panic: named, it is refused" 24 "$status"
	check_json --live --all --allow-kernel-load
	same "errors=panic: with consent" "0 clean" "$(about "$first")"
	# Without the device, its shape would come from views that load groups.
	cp "$EXT4BMCHECK" "$work/checker"
	chmod 755 "$work" "$work/checker"
	ASAN_OPTIONS=detect_leaks=0:${ASAN_OPTIONS:-} \
		strace -e trace=open,openat -o "$work/trace" \
		-P "/proc/fs/ext4/${first##*/}/mb_groups" \
		setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$work/checker" --live "$first_mnt" >/dev/null 2>&1
	same "errors=panic: an ordinary user wakes nothing either" "16 " \
		"$? $(grep -v '^+++' "$work/trace")"
	mount -o remount,errors=continue "$first_mnt"
}

# While one is looked at, another one behind it is unmounted, and its mount
# point then leads to the file system below.
test_unmounted()
{
	local second=$work/second2 image=$work/image2 pid tries=0
	mkdir "$second"
	truncate -s 64M "$image"
	mke2fs -q -F -t ext4 -b 1024 "$image"
	mount -o loop,errors=continue "$image" "$second"
	mounts=("$second" "${mounts[@]}")
	# shellcheck disable=SC2016 # for that shell
	strace -f -o "$work/trace" -e trace=openat \
		-P "/proc/fs/ext4/${first##*/}/mb_groups" \
		-e inject=openat:signal=SIGSTOP:when=1 \
		sh -c 'echo $$ >"$1"; shift; exec "$@"' sh "$work/pid" \
		"$EXT4BMCHECK" --live --all --json >"$work/out" \
		2>"$work/err" &
	until [ -s "$work/pid" ] && grep -q "^State:.T" \
			"/proc/$(cat "$work/pid")/status"; do
		tries=$((tries + 1))
		[ "$tries" -lt 600 ] || break
		sleep 0.1
	done 2>/dev/null
	umount "$second"
	pid=$(cat "$work/pid")
	kill -CONT "$pid"
	wait
	# shellcheck disable=SC2016 # of jq
	check "unmounted meanwhile: not taken for another one" jq -e \
		--arg name "$second" '[.[] | select(.target.name == $name)] |
		length == 1 and .[0].exit == 8' "$work/out"
	check "unmounted meanwhile: said" grep -q "was unmounted meanwhile" \
		"$work/err"
	rm -f "$image"
}

# Where nothing is shown but a chroot on a file system in memory.
test_elsewhere()
{
	local root=$work/root library
	mkdir "$root"
	mount -t tmpfs none "$root"
	mounts=("$root" "${mounts[@]}")
	mkdir "$root/proc" "$root/sys" "$root/dev"
	for library in $(ldd "$EXT4BMCHECK" | grep -o '/[^ ]*'); do
		mkdir -p "$root/$(dirname "$library")"
		cp "$library" "$root/$library"
	done
	cp "$EXT4BMCHECK" "$root/checker"
	mount -t proc none "$root/proc"
	mounts=("$root/proc" "${mounts[@]}")
	chroot "$root" /checker --live --all >"$work/out" 2>"$work/err"
	same "mounted where it is not shown: exit status" 8 "$?"
	check "mounted where it is not shown: named" grep -q \
		"not looked at (.*/dev/${first##*/}" "$work/out"
	mount -t tmpfs none "$root/proc/fs/ext4"
	mounts=("$root/proc/fs/ext4" "${mounts[@]}")
	chroot "$root" /checker --live --all >"$work/out" 2>"$work/err"
	same "no ext4 at all: 0 and a plain message" \
		"0 no ext4 file system is mounted" \
		"$? $(cat "$work/out" "$work/err")"
	same "no ext4 at all: an empty array" "[]" \
		"$(chroot "$root" /checker --live --all --json)"
	umount "$root/proc/fs/ext4"
	umount "$root/proc"
	umount "$root"
}

test_once
test_named
test_panic
test_unmounted
test_elsewhere
umount "$first_mnt"
done_testing
