#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# images.sh --- the same filesystem in another form, in another place, or with
# its beginning lost, gives the same answer or says what is missing

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"
need e2image mke2fs jq dd truncate

image=$work/image
copy=$work/copy

# make_image NAME: a layout, a recipe, or what mke2fs makes with a block size.
make_image()
{
	rm -f "$image"
	case $1 in
	mke2fs-*)
		mke2fs -q -F -t ext4 -b "${1#*-}" "$image" 400M ;;
	folio-*|gd-*|needs-*)
		"$EXT4BMFIXTURE" --recipe "$1" "$image" ;;
	*)	"$EXT4BMFIXTURE" --make "$1" "$image" ;;
	esac >/dev/null 2>&1 || diag "$1 could not be made"
}

# What a report says about the filesystem, whatever file it was read from.
findings()
{
	jq -c '.findings[] | [.code, .group, .stored, .counted, .explained,
		.clusters]' <<<"$json" | sort
}

# codes of comparisons that were not made
unchecked()
{
	jq -r '.summary.unchecked[].code' <<<"$json" | sort -u
}

packed=$(printf '%s\n' block-bitmap-checksum block-bitmap-padding \
	inode-bitmap-checksum inode-bitmap-padding)
totals=$(printf '%s\n' sb-free-blocks sb-free-inodes sb-gd-free-blocks \
	sb-gd-free-inodes)

# --- e2image

test_e2image()
{
	local name wanted
	for name in 1k mke2fs-2048 4k 64k bigalloc meta_bg 64bit-desc \
			small-groups sparse2 nocsum; do
		make_image "$name"
		e2image "$image" "$copy" >/dev/null 2>&1
		check_json "$copy"
		same "e2image of $name: clean" "0 clean-part e2image" \
			"$status $(jq -r '"\(.summary.verdict) " +
				"\(.target.kind)"' <<<"$json")"
		same "e2image of $name: padding and checksums not looked at" \
			"$packed" "$(unchecked)"
		rm -f "$copy"
	done
	for name in folio-migration folio-migration-64k \
			folio-migration-bigalloc folio-migration-meta_bg \
			folio-migration-desc64 folio-migration-nocsum \
			gd-free-inodes gd-itable-unused; do
		make_image "$name"
		check_json "$image"
		wanted=$(findings)
		e2image "$image" "$copy" >/dev/null 2>&1
		check_json "$copy"
		same "e2image of $name: the same findings" "$wanted" \
			"$(findings)"
		same "e2image of $name: exit status" 4 "$status"
		rm -f "$copy"
	done
	make_image needs-recovery-totals
	e2image "$image" "$copy" >/dev/null 2>&1
	check_json "$copy"
	same "e2image with a pending journal: not all was looked at" \
		"8 incomplete failed" "$status $(jq -r '"\(.verdict) " +
			.journal.state' <<<"$(jq .summary <<<"$json")")"
	check_json --journal=ignore "$copy"
	same "e2image with a pending journal: unless that is to be ignored" \
		0 "$status"
	make_image 1k
	e2image "$image" "$copy" >/dev/null 2>&1
	check_json -b 8193 -B 1024 "$copy"
	same "e2image has no backup superblock: no drift is made up" \
		"8 " "$status $(jq -r '.findings[]?.code' <<<"$json" |
			sort -u)"
	rm -f "$copy"
}

test_raw()
{
	local name wanted
	for name in 1k folio-migration gd-free-inodes; do
		make_image "$name"
		check_json "$image"
		wanted="$status $(findings)"
		e2image -r "$image" "$copy" >/dev/null 2>&1
		check_json "$copy"
		same "e2image -r of $name: the same" "$wanted" \
			"$status $(findings)"
		rm -f "$copy"
	done
}

# Refused, and what the message names works, whatever the file is called.
test_qcow2()
{
	local wanted command name
	make_image folio-migration
	check_json "$image"
	wanted=$(findings)
	e2image -Q "$image" "$work/qcow2" >/dev/null 2>&1
	for name in disk "disk 'of' \$HOME" a:b -b; do
		cp "$work/qcow2" "$work/$name"
		# not through check_json: a name like -b needs "--"
		json=$(cd "$work" &&
			"$EXT4BMCHECK" --json -- "$name" 2>"$work/stderr")
		status=$?
		same "qcow2 ($name): refused" 8 "$status"
		command=$(sed -n 's/^Convert it with: //p' "$work/stderr")
		same "qcow2 ($name): the command is named" \
			"qemu-img convert" "$(cut -d' ' -f1,2 <<<"$command")"
		if ! command -v qemu-img >/dev/null 2>&1; then
			cannot "qcow2 ($name): it works" "no qemu-img"
			continue
		fi
		check "qcow2 ($name): the command works" \
			bash -c "cd '$work' && $command"
		check_json "$work/$name.raw"
		same "qcow2 ($name): the same findings" "4 $wanted" \
			"$status $(findings)"
		rm -f "$work/$name" "$work/$name.raw"
	done
	# A command that is not whole would be worse than none.
	for name in "$(printf 'long%.0s' {1..30})" $'bell\a'; do
		mv "$work/qcow2" "$work/$name"
		check_json "$work/$name"
		command=$(sed -n 's/^Convert it with: //p' "$work/stderr")
		same "qcow2 (${name:0:4}...): an example is named" \
			"qemu-img convert -O raw 'IMAGE' 'IMAGE.raw'" "$command"
		mv "$work/$name" "$work/qcow2"
	done
	rm -f "$work/qcow2"
}

# --- where the image is, what it is called

# bury FROM TO: put an image at 1 MiB into a larger file.
bury()
{
	rm -f "$2"
	dd if="$1" of="$2" bs=1M seek=1 conv=sparse 2>/dev/null
	truncate -s "$(($(stat -c %s "$1") + 2097152))" "$2"
}

test_offset()
{
	local name wanted
	for name in 64bit-desc folio-migration-meta_bg; do
		make_image "$name"
		check_json "$image"
		wanted=$(jq -cS 'del(.target)' <<<"$json")
		bury "$image" "$copy"
		check_json "$copy?offset=1048576"
		same "$name at 1 MiB: the same report" "$wanted" \
			"$(jq -cS 'del(.target)' <<<"$json")"
		same "$name at 1 MiB: the target has the offset" 1048576 \
			"$(jq .target.offset <<<"$json")"
		check_json -b 8193 -B 1024 "$copy?offset=0x100000"
		same "$name at 1 MiB: a backup superblock is found" 8193 \
			"$(jq .geometry.backup_superblock <<<"$json")"
		wanted=$(findings)
		check_json -b 8193 -B 1024 "$image"
		same "$name at 1 MiB: the same with a backup superblock" \
			"$(findings)" "$wanted"
		check_json "$copy"
		same "$name at 1 MiB: nothing without the offset" 8 "$status"
		for offset in 1048577 99999999999999 x -1 ''; do
			check_json "$copy?offset=$offset"
			same "offset=$offset: refused" 8 "$status"
		done
	done
	rm -f "$copy"
}

# A path that exists is taken at its word.
test_names()
{
	local name wanted
	make_image folio-migration-meta_bg
	check_json "$image"
	wanted=$(findings)
	for name in 'a?b' 'a?offset=512' 'LABEL=x' 'UUID=' 'a=b?c' '?' '='; do
		mv "$image" "$work/$name"
		image=$work/$name
		json=$(cd "$work" && "$EXT4BMCHECK" --json "$name" 2>stderr)
		status=$?
		same "a file called $name" "4 $wanted" "$status $(findings)"
	done
	bury "$image" "$work/b?c"
	check_json "$work/b?c?offset=1048576"
	same "a file called b?c, with an offset" "4 $wanted" \
		"$status $(findings)"
	rm -f "$work/b?c" "$image"
	image=$work/image
}

test_tags()
{
	local loop tag
	if [ "$(id -u)" -ne 0 ]; then
		cannot "LABEL= and UUID=" "not root"
		return
	fi
	mke2fs -q -F -t ext4 -L "ext4bm$$" "$image" 8M >/dev/null 2>&1
	loop=$(losetup --read-only --show -f "$image" 2>/dev/null)
	if [ -z "$loop" ]; then
		cannot "LABEL= and UUID=" "no loop device"
		return
	fi
	loops+=("$loop")
	check_json "$loop"
	same "a loop device" "0 device" \
		"$status $(jq -r .target.kind <<<"$json")"
	for tag in "LABEL=ext4bm$$" "UUID=$(jq -r .geometry.uuid <<<"$json")" \
			"LABEL=\"ext4bm$$\""; do
		check_json "$tag"
		same "${tag%%=*}= names the loop device" "0 $loop" \
			"$status $(jq -r .target.device <<<"$json")"
	done
	losetup -d "$loop"
	loops=()
}

# --- a lost beginning

# wipe FIRST COUNT: blocks of 1 KiB.
wipe()
{
	dd if=/dev/zero of="$image" bs=1024 seek="$1" count="$2" \
		conv=notrunc 2>/dev/null
}

# The options that the message names, in $options.
named_copy()
{
	read -ra options <<<"$(grep -o -e '-b [0-9]* -B [0-9]*' \
		"$work/stderr")"
}

test_lost_superblock()
{
	local name options
	for name in 1k mke2fs-2048 4k 64k bigalloc meta_bg 64bit-desc noflex \
			sparse2 small-groups; do
		make_image "$name"
		wipe 1 1
		check_json "$image"
		same "$name without superblock: exit status" 8 "$status"
		named_copy
		same "$name without superblock: a copy is named" 4 \
			"${#options[@]}"
		[ "${#options[@]}" -eq 4 ] || continue
		check_json "${options[@]}" "$image"
		same "$name with ${options[*]}: nothing is wrong" "0 " \
			"$status $(json_codes)"
		same "$name with ${options[*]}: totals not looked at" \
			"$totals" "$(unchecked)"
		same "$name with ${options[*]}: its own descriptors are used" \
			"${options[1]} false" "$(jq -r '.geometry |
				"\(.backup_superblock) " +
				"\(.backup_descriptors)"' <<<"$json")"
		check_json "${options[@]:0:2}" "$image"
		same "$name with -b alone: the block size is found" \
			"0 ${options[3]}" \
			"$status $(jq .geometry.block_size <<<"$json")"
	done
	# Drift is seen from a copy as well.
	make_image folio-migration
	check_json "$image"
	local wanted
	wanted=$(json_rows gd-free-clusters)
	wipe 1 1
	check_json -b 8193 "$image"
	same "folio-migration with -b: the same drift" "4 $wanted" \
		"$status $(json_rows gd-free-clusters)"
}

test_wrong_superblock()
{
	local options
	make_image 4k
	for options in "-b 32769" "-b 32768 -B 1024" "-b 99999999" \
			"-b 4294967295" "-b 18446744073709551615" \
			"-b 131072 -B 2048"; do
		# shellcheck disable=SC2086
		check_json $options "$image"
		same "$options is no superblock: 8" "8 null" \
			"$status $(jq -c .findings <<<"$json")"
	done
}

# The tables of these fit in one block, or start behind the superblock.
test_lost_descriptors()
{
	local name first count options
	while read -r name first count options; do
		make_image "$name"
		wipe 1 1
		wipe "$first" "$count"
		# shellcheck disable=SC2086
		check_json $options "$image"
		same "$name without descriptors: those of the copy are used" \
			true "$(jq .geometry.backup_descriptors <<<"$json")"
		same "$name without descriptors: nothing is wrong" "0 " \
			"$status $(json_codes)"
		same "$name without descriptors: counts not looked at" \
			"$(printf '%s\n' gd-free-clusters gd-free-inodes \
				sb-free-blocks)" \
			"$(unchecked | grep -x -e gd-free-clusters \
				-e gd-free-inodes -e sb-free-blocks)"
		check "$name without descriptors: not called clean" test \
			"$(jq -r .summary.verdict <<<"$json")" != clean
		same "$name without descriptors: all groups are seen" true \
			"$(jq '.summary | .groups_checked == .groups_wanted' \
				<<<"$json")"
	done <<-END
	4k 4 4 -b 32768
	64k 64 64 -b 65528
	1k 2 11 -b 8193
	ext3 2 2 -b 8193
	END
}

# --- copies of the descriptors, and a table that ends too early

test_backups()
{
	local name wanted
	while read -r name wanted; do
		make_image "$name"
		check_json --backups "$image"
		same "$name: the copy, and the first group in it" "$wanted" \
			"$(jq -r '.findings[] | "\(.code) \(.group) " +
				"\(.other_group) \(.counted)"' <<<"$json")"
		same "$name: exit status" 4 "$status"
		check_json "$image"
		same "$name: not looked at without --backups" "0 " \
			"$status $(json_codes)"
	done <<-END
	gd-backup gd-backup 1 350 1
	gd-backup-meta_bg gd-backup 63 50 1
	END
	for name in 1k 4k 64k bigalloc meta_bg sparse2 ext2-rev0; do
		make_image "$name"
		check_json --backups "$image"
		same "$name: the copies agree" "0 " "$status $(json_codes)"
	done
}

# cut_image BLOCKS: cut the image off behind so many KiB.
cut_image()
{
	truncate -s "$(($1 * 1024))" "$image"
}

test_cut_table()
{
	# 352 descriptors in the blocks 2 to 12, of which 5 are left.
	make_image 1k
	cut_image 7
	check_json "$image"
	check "cut in the table: bit 8 and no drift" \
		test $((status & 12)) -eq 8
	same "cut in the table: what follows is unreadable" "160 192" \
		"$(jq -r '[.findings[] | select(.code == "gd-unreadable")] |
			"\(map(.group) | min) \(map(.counted) | add)"' \
			<<<"$json")"
	same "cut in the table: the other groups are looked at" 160 \
		"$(jq .summary.groups_checked <<<"$json")"
	same "cut in the table: totals not looked at" "$totals" \
		"$(unchecked)"

	# The last block of descriptors is in group 64, and cut off with it.
	make_image folio-migration-meta_bg
	check_json "$image"
	local wanted
	wanted=$(json_rows gd-free-clusters)
	cut_image $((1 + 64 * 8192))
	check_json "$image"
	same "meta_bg, cut: only the last groups are unreadable" \
		"gd-unreadable 64" "$(json_codes | grep unreadable)"
	same "meta_bg, cut: drift in front of it is found" "$wanted" \
		"$(json_rows gd-free-clusters)"
	same "meta_bg, cut: exit status" 12 "$status"
	make_image meta_bg
	cut_image $((1 + 64 * 8192))
	check_json "$image"
	same "meta_bg, cut: no drift without drift" \
		"8 device-short - gd-unreadable 64" \
		"$status $(json_codes | paste -sd' ')"
}

# What a backup superblock does not carry must not turn into an alarm.
test_backup_and_journal()
{
	make_image 1k
	"$EXT4BMFIXTURE" --set gd-free=3:100 "$image"
	debugfs -w -R "feature needs_recovery" "$image" >/dev/null 2>&1
	check_json --journal=ignore "$image"
	same "journal not replayed: undecided" 8 "$status"
	check_json --journal=ignore -b 8193 "$image"
	same "journal not replayed, with -b: undecided too" 8 "$status"
	# It is empty: nothing in it explains the difference.
	check_json "$image"
	same "journal replayed: drift" "4 replayed" \
		"$status $(jq -r .summary.journal.state <<<"$json")"
	check_json -b 8193 "$image"
	same "journal replayed, with -b: drift too" "4 replayed" \
		"$status $(jq -r .summary.journal.state <<<"$json")"
}

# Advice and verdict must not be turned round by what was not kept.
test_few_kept()
{
	make_image 1k
	"$EXT4BMFIXTURE" --set gd-free=1:5 --flip-csum gd=0 "$image"
	check_json --max-findings 1 "$image"
	check "--max-findings 1: not all are kept" \
		jq -e '.summary.dropped > 0' <<<"$json"
	check "--max-findings 1: the verdict is that of the worst" \
		grep -q "do not mount it for writing" \
		<(jq -r .summary.text <<<"$json")
	check "--max-findings 1: no all-clear in the advice" \
		jq -e '[.summary.advice[] |
			select(test("No data is at risk"))] | length == 0' \
		<<<"$json"
}

# -g is about the groups that are named.
test_groups()
{
	make_image gd-overlap
	check_json -g 0 "$image"
	same "gd-overlap, -g 0: nothing of group 350" "0 " \
		"$status $(json_codes)"
	check_json -g 349 "$image"
	same "gd-overlap, -g of the other group: found" "gd-overlap 350" \
		"$(json_codes)"
}

test_e2image
test_raw
test_qcow2
test_offset
test_names
test_tags
test_lost_superblock
test_wrong_superblock
test_lost_descriptors
test_backups
test_cut_table
test_backup_and_journal
test_few_kept
test_groups
done_testing
