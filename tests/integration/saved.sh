#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# saved.sh --- saved counters of the allocator (--mb-groups, --proc-root)
#
# Counters are made here, in the kernel's format, from the descriptors of an
# image, and then changed. What is of another moment may never be called drift.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"
need jq dumpe2fs

image=$work/image
counters=$work/counters
check "an image can be made" "$EXT4BMFIXTURE" --recipe clean "$image"

# One line a group, with the free count of its descriptor.
dumpe2fs "$image" 2>/dev/null | awk '
	BEGIN { print "#group: free  frags first [ 2^0 ]" }
	/^Group / { group = $2 + 0 }
	/ free blocks, / {
		sub(/^ */, "")
		printf "#%-5u: %-5u 1     0     [", group, $1
		for (i = 0; i < 14; i++)
			printf " %-5u", 0
		print " ]"
	}' >"$counters"
groups=$(grep -c '^#[0-9]' "$counters")

# edit GROUP SED-COMMAND: a changed copy in $work/changed.
edit()
{
	sed "/^#$1 *:/$2" "$counters" >"$work/changed"
}

# gives STATUS VERDICT CODES ARGUMENT...
gives()
{
	local wanted=$1 verdict=$2 codes=$3
	shift 3
	check_json "$@"
	same "$what: exit status" "$wanted" "$status"
	same "$what: verdict" "$verdict" "$(jq -r .summary.verdict <<<"$json")"
	same "$what: codes" "$codes" \
		"$(json_codes | tr '\n' ' ' | sed 's/ $//')"
}

what="counters that fit"
gives 0 clean-part "" --mb-groups "$counters" "$image"
same "$what: read" true "$(jq .views.counters.read <<<"$json")"
same "$what: the buddy is named as not looked at" "$groups" \
	"$(jq '.summary.unchecked[] | select(.code == "buddy-lost-update") |
		.groups' <<<"$json")"

# refuses ARGUMENT...: what is asked for and cannot be given.
refuses()
{
	"$EXT4BMCHECK" "$@" >"$work/out" 2>"$work/err"
	same "refused: ${*%%/*}" "16 0" "$? $(wc -c <"$work/out")"
}

cp --reflink=auto "$image" "$work/second"
refuses --live --mb-groups "$counters" "$image" "$work/second"
for option in --watch --freeze --disk-view; do
	refuses --live "$option" --mb-groups "$counters" "$image"
done

what="fewer than the descriptor"
edit 3 's/: [0-9]*/: 17/'
gives 0 clean-part "" --mb-groups "$work/changed" "$image"

what="more than the descriptor"
stored=$(sed -n 's/^#3 *: \([0-9]*\).*/\1/p' "$counters")
edit 3 "s/: $stored/: $((stored + 13))/"
gives 8 undecided "counters-above-descriptor 3" \
	--mb-groups "$work/changed" "$image"
same "$what: values" "3 $stored $((stored + 13))" \
	"$(json_rows counters-above-descriptor)"
same "$what: explained by time" moment \
	"$(jq -r '.findings[0].explained' <<<"$json")"
gives 0 clean-part "" -g 0-2,4-9 --mb-groups "$work/changed" "$image"
gives 8 undecided "counters-above-descriptor 3" -g 3 \
	--mb-groups "$work/changed" "$image"
check "$what: says so" grep -q "which are of another moment" \
	<("$EXT4BMCHECK" --mb-groups "$work/changed" "$image")

what="below zero"
edit 5 's/: [0-9]*/: 4294967288/'
gives 4 drift "counters-impossible 5" --mb-groups "$work/changed" "$image"
check "$what: as a signed number" grep -q "counts -8 free" \
	<("$EXT4BMCHECK" --mb-groups "$work/changed" "$image")

what="marked corrupt"
edit 5 's/$/ Block bitmap corrupted!/'
gives 4 drift "group-marked-corrupt 5" --mb-groups "$work/changed" "$image"

what="not loaded"
edit 5 's/:.*/: I\/O error/'
gives 8 incomplete "group-load-failed 5" --mb-groups "$work/changed" "$image"

what="lines missing"
edit 5 d
gives 0 clean-part "" --mb-groups "$work/changed" "$image"
same "$what: said" 1 "$(jq '.summary.unchecked[] |
	select(.code == "group-marked-corrupt") | .groups' <<<"$json")"

# refused DESCRIPTION PATTERN ARGUMENT...
refused()
{
	local name=$1 pattern=$2
	shift 2
	"$EXT4BMCHECK" "$@" >"$work/out" 2>"$work/err"
	same "$name: exit status" 8 $?
	check "$name: says why" grep -qe "$pattern" "$work/err"
}

{ cat "$counters"; echo "#$groups: 1 1 0 [ 0 0 0 0 0 0 0 0 0 0 0 0 0 0 ]"; } \
	>"$work/changed"
refused "one group more" "of another one" --mb-groups "$work/changed" "$image"
{ cat "$counters" "$counters"; } >"$work/changed"
refused "twice the same" "of another one" --mb-groups "$work/changed" "$image"
echo "nothing of the kind" >"$work/changed"
refused "another file" "not in the kernel's format" \
	--mb-groups "$work/changed" "$image"
refused "no file" "could not be read" --mb-groups "$work/none" "$image"

# A captured tree: by the kernel's name, by the mount table, by being alone.
root=$work/tree
mkdir -p "$root/proc/fs/ext4/sdz1" "$root/proc/fs/ext4/my!vol" \
	"$root/proc/self"
edit 5 's/: [0-9]*/: 4294967288/'
cp "$work/changed" "$root/proc/fs/ext4/sdz1/mb_groups"
cp "$counters" "$root/proc/fs/ext4/my!vol/mb_groups"
ln -s "$image" "$work/sdz1"
cat >"$root/proc/self/mountinfo" <<'END'
25 1 8:1 / /srv rw shared:1 - ext4 /dev/my!vol rw
26 1 8:1 / /other\040place rw - ext4 /dev/sdz1 rw,errors=continue
END
what="tree, kernel's name"
gives 4 drift "counters-impossible 5" --proc-root "$root" "$work/sdz1"
same "$what: disk read too" true "$(jq .views.disk.read <<<"$json")"
what="tree, errors recorded"
mkdir -p "$root/sys/fs/ext4/sdz1"
echo 3 >"$root/sys/fs/ext4/sdz1/errors_count"
echo ext4_lookup >"$root/sys/fs/ext4/sdz1/first_error_func"
gives 4 drift "counters-impossible 5 kernel-error-record -" \
	--proc-root "$root" "$work/sdz1"
same "$what: where" ext4_lookup "$(jq -r '.findings[] |
	select(.code == "kernel-error-record") | .first_error.function' \
	<<<"$json")"
rm -r "$root/sys"
what="tree, name alone"
gives 4 drift "counters-impossible 5" --proc-root "$root" sdz1
same "$what: no shape" null "$(jq .geometry <<<"$json")"
same "$what: all groups looked at" "$groups" \
	"$(jq .summary.groups_checked <<<"$json")"
same "$what: nothing but counters" "counters" "$(jq -r '.views | to_entries[] |
	select(.value.read) | .key' <<<"$json")"
check "$what: text" grep -q "counts -8 free" \
	<("$EXT4BMCHECK" -v --proc-root "$root" sdz1)
what="tree, mount point"
gives 4 drift "counters-impossible 5" --live --proc-root "$root" "/other place"
gives 0 clean-part "" --live --proc-root "$root" /srv
same "$what: nothing is said of a superblock that nobody read" 0 \
	"$("$EXT4BMCHECK" --live --proc-root "$root" /srv | grep -c e2fsck)"
what="tree, another mount table"
rm "$root/proc/self/mountinfo"
printf '%s\n' '/dev/sdz1 /other\040place ext4 rw 0 0' >"$root/proc/mounts"
gives 4 drift "counters-impossible 5" --proc-root "$root" "/other place"
refused "tree, which one" "Several filesystems" --proc-root "$root" "$image"
refused "tree, no such thing" "There is no" --proc-root "$work" "$image"
what="tree, the only one"
rm -r "$root/proc/fs/ext4/my!vol"
gives 4 drift "counters-impossible 5" --live --proc-root "$root" "$image"
what="tree, debugfs"
mkdir -p "$root/sys/kernel/debug"
mv "$root/proc/fs/ext4" "$root/sys/kernel/debug/"
gives 4 drift "counters-impossible 5" --proc-root "$root" sdz1
"$EXT4BMCHECK" --live --all --proc-root "$root" >"$work/out" 2>"$work/err"
same "tree with --all: usage error" 16 $?
done_testing
