#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bundle.sh --- bundles of mounted filesystems, checked again by somebody else
#
# Damaged by the recipes that inject.sh uses too, under load, and as an
# ordinary user makes them: the report of the bundle must be that of the check.

# shellcheck disable=SC2317 # functions that "steady" calls

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/kernel/mount.sh
. "$(dirname "$0")/mount.sh"
need setpriv

recipes=${EXT4BM_INJECT:-$srcdir/../../shared/inject}

# The program where an ordinary user can run it.
cp "$EXT4BMCHECK" "$work/checker"
chmod 755 "$work" "$work/checker"

user()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# Without the names that a bundle does not have.
nameless()
{
	jq -S 'del(.target.name, .target.device, .target.mountpoint,
		.target.bundle, .geometry.label)' "$1"
}

# replays NAME REPORT BUNDLE: an ordinary user gets the same from the bundle.
replays()
{
	chmod 644 "$3"
	user "$work/checker" --json -v --replay "$3" >"$work/again" 2>/dev/null
	status=$?
	same "$1: exit status of the replay" "$(jq .exit "$2")" "$status"
	check "$1: same report" diff -u <(nameless "$2") \
		<(nameless "$work/again")
}

# --- drift

cat >"$work/hook" <<'HOOK'
#!/bin/sh
stage=$(ls "$STAGES" | grep -c report)
"$EXT4BMCHECK" --live --json -v --capture "$STAGES/bundle.$stage" "$1" \
	>"$STAGES/report.$stage" 2>"$STAGES/errors.$stage"
HOOK
chmod +x "$work/hook"

# inject NAME STAGES TEXT RECIPE [ARGUMENT]...: as in inject.sh.
inject()
{
	local name=$1 stages=$2 text=$3 recipe=$4 stage
	shift 4
	if [ ! -f "$recipes/$recipe" ]; then
		skip "$name" "no recipes (EXT4BM_INJECT names their folder)"
		return
	fi
	for _ in 1 2 3 4; do
		rm -rf "$work/stages"
		mkdir "$work/stages"
		HOOK=$work/hook STAGES=$work/stages W=$work/inject \
			timeout 120 bash "$recipes/$recipe" "$@" \
			>"$work/out" 2>&1
		[ -f "$work/stages/report.$((stages - 1))" ] &&
			stage 1 | grep -qe "$text" && break
		rm -rf "$work/stages"
	done
	if [ ! -d "$work/stages" ]; then
		skip "$name" "the recipe does not work on this kernel"
		return
	fi
	check "$name: there is a difference" \
		test "$(jq .exit "$work/stages/report.1")" -ne 0
	for stage in $(seq 0 $((stages - 1))); do
		replays "$name, stage $stage" "$work/stages/report.$stage" \
			"$work/stages/bundle.$stage"
	done
}

if [ -d /sys/fs/cgroup/memory ] && [ -d /sys/fs/cgroup/blkio ]; then
	steady inject "stale bitmap page" 3 "GETFSMAP group 350: free 8192" \
		i_stale_bitmap_page.sh heal
else
	skip "stale bitmap page" "the recipe needs cgroup v1"
fi
BS=1024 GRP=350 steady inject "swapped bits" 2 "GETFSMAP group 350" \
	iii_buddy_free_disk_used.sh
steady inject "flagged group" 2 "Block bitmap corrupted" \
	ii_regenerate_flagged.sh
steady inject "bitmap checksum" 2 "Block bitmap corrupted" ii_bitmap_csum.sh
steady inject "descriptor changed" 2 "gd free 2072" gd_drift.sh

# --- moving

# capture NAME ARGUMENT...: one bundle of $mnt, and its replay.
capture()
{
	local name=$1
	shift
	rm -f "$work/bundle"
	"$EXT4BMCHECK" --live --json -v --settle 20 --capture "$work/bundle" \
		"$@" "$mnt" >"$work/report" 2>/dev/null
	replays "$name" "$work/report" "$work/bundle"
	moved=$((moved + $(jq '.summary.live | .transient + .rejected' \
		"$work/report")))
}

write_files()
{
	local i=0
	mkdir "$mnt/$1"
	while [ -e "$work/busy" ]; do
		i=$((i + 1))
		head -c $((RANDOM * 8)) /dev/zero >"$mnt/$1/small$((i % 50))"
		fallocate -l $((RANDOM * 40 + 1)) "$mnt/$1/large$((i % 20))"
		fallocate -p -o 4096 -l 65536 "$mnt/$1/large$((i % 19))"
		rm -f "$mnt/$1/small$((RANDOM % 50))"
		[ $((i % 30)) -ne 0 ] || sync -f "$mnt/$1"
	done
}

moved=0
for layout in "-b 1024" "-b 4096 -O bigalloc -C 65536"; do
	# shellcheck disable=SC2086 # several options
	if ! mount_new errors=continue 400M $layout; then
		cannot "$layout" "cannot mount it"
		continue
	fi
	pids=()
	touch "$work/busy"
	for name in one two; do
		write_files "$name" >/dev/null 2>&1 &
		pids+=($!)
	done
	for i in 1 2 3 4 5 6 7 8 9 10; do
		capture "$layout, under load $i"
	done
	rm "$work/busy"
	wait "${pids[@]}"
	unmount
done
check "something moved under the bundles" test "$moved" -gt 0
diag "$moved differences seen and rejected"

# --- frozen, and with the disk

for layout in "-b 1024" "-b 4096 -O ^has_journal"; do
	# shellcheck disable=SC2086 # several options
	if ! mount_new errors=continue 200M $layout; then
		cannot "$layout" "cannot mount it"
		continue
	fi
	for option in --disk-view --freeze "--freeze --disk-view"; do
		head -c 3000000 /dev/urandom >"$mnt/$RANDOM"
		# shellcheck disable=SC2086 # several options
		capture "$layout, $option" $option
		same "$layout, $option: frozen" "$([[ $option = *freeze* ]] &&
			echo true || echo false)" \
			"$(jq .summary.live.frozen "$work/again")"
		same "$layout, $option: disk read" true \
			"$(jq .views.disk.read "$work/again")"
	done
	"$EXT4BMCHECK" --live --freeze --capture "$mnt/bundle" "$mnt" \
		>"$work/out" 2>"$work/err"
	same "$layout, frozen, the bundle on it: refused" 16 "$?"
	check "$layout, frozen, the bundle on it: says why" \
		grep -q "folder of the bundle" "$work/err"
	check "$layout, frozen, the bundle on it: nothing is left" \
		test -z "$(find "$mnt" -name 'bundle*')"
	unmount
done

# --- as an ordinary user, and what must not come of it

mount_new errors=continue 200M -b 1024
echo "secret contents" >"$mnt/secret-name"
sync -f "$mnt"
mkdir -m 777 "$work/theirs"
user "$work/checker" --live --json -v --capture "$work/theirs/bundle" "$mnt" \
	>"$work/report" 2>/dev/null
status=$?
same "ordinary user: exit status" 0 "$status"
same "ordinary user: mode" "600 65534" \
	"$(stat -c '%a %u' "$work/theirs/bundle")"
replays "ordinary user" "$work/report" "$work/theirs/bundle"
capture "root"
mkdir "$work/unpacked"
tar -C "$work/unpacked" -xf "$work/bundle"
same "no name and no content is in it" "" \
	"$(grep -rl -e secret -e "$mnt" "$work/unpacked")"
# What is free there may be in use: nothing may be allocated.
for path in "$mnt/bundle" "$mnt/./bundle"; do
	"$EXT4BMCHECK" --live --capture "$path" "$mnt" >"$work/out" \
		2>"$work/err"
	same "on the file system itself: refused" 16 "$?"
	check "on the file system itself: says why" \
		grep -q "whose free space may be in use" "$work/err"
done
(cd "$mnt" && exec "$EXT4BMCHECK" --live --capture bundle .) >"$work/out" \
	2>"$work/err"
same "in the current folder: refused" 16 "$?"
same "on the file system itself: nothing is left" "" \
	"$(find "$mnt" -name '*bundle*')"
unmount
done_testing
