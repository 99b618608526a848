#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# journal.sh --- a journal to be replayed: the state after recovery is checked
#
# Logs are made with debugfs: one state of a filesystem becomes another by the
# blocks in which they differ. No root.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"
# shellcheck source=tests/integration/recovered.sh
. "$(dirname "$0")/recovered.sh"
need python3

uuid=01234567-89ab-cdef-0123-456789abcdef

edit()
{
	debugfs -w -f - "$1" >>"$work/debugfs" 2>&1
}

# logged FROM TO [OPTION...]: the debugfs command for one transaction.
logged()
{
	local from=$1 to=$2 file blocks it
	shift 2
	blocks=$(differing "$from" "$to")
	file=$to.logged
	for it in $blocks; do
		block "$to" "$it"
	done >"$file"
	echo "jw -b $(tr '\n' , <<<"$blocks" | sed 's/,$//') $* $file"
}

# states MKE2FS-ARGUMENT...: three states of a filesystem, $work/0 to 2.
states()
{
	local size=20M
	rm -f "$work"/[012] "$work"/[012].logged
	head -c 300K /dev/urandom >"$work/data"
	case " $* " in
	*" -b 65536 "*) size=256M ;;
	*" -b 4096 "*) size=80M ;;
	esac
	mke2fs -q -F "$@" "$work/0" "$size" >/dev/null 2>&1 || return
	bs=$(block_size_of "$work/0")
	edit "$work/0" <<-END
		write $work/data one
		mkdir dir
		write $work/data dir/two
	END
	cp --sparse=always "$work/0" "$work/1"
	edit "$work/1" <<-END
		rm one
		write $work/data dir/three
		mkdir dir/four
		write $work/data dir/five
	END
	cp --sparse=always "$work/1" "$work/2"
	edit "$work/2" <<-END
		rm dir/two
		write $work/data six
		write $work/data seven
	END
}

# pend [OPTION...]: both changes become transactions in the log of $image. The
# first block of descriptors has been written back already.
pend()
{
	image=$work/image
	cp --sparse=always "$work/0" "$image"
	edit "$image" <<-END
		jo $*
		$(logged "$work/0" "$work/1")
		$(logged "$work/1" "$work/2")
		jc
	END
	block "$work/2" $((1024 / bs + 1)) |
		dd of="$image" bs="$bs" seek=$((1024 / bs + 1)) conv=notrunc \
			status=none
	dumpe2fs -h "$image" 2>/dev/null | grep -q needs_recovery
}

# stale NAME: the state before recovery is not the state after.
stale()
{
	local name=$1 json status
	check_json --journal=ignore "$image"
	check "$name: before recovery it is another state" \
		test "$(jq '.findings | length' <<<"$json")" -gt 0
	bit "$status" 4
	same "$name: which is no drift" 1 $?
	same "$name: and is marked" '["journal"]' \
		"$(jq -c '[.findings[].explained] | unique' <<<"$json")"
	same "$name: the journal was left alone" ignored "$(journal_of state)"
}

# --- every format of a log, every kind of journal inode

test_formats()
{
	local name arguments options
	while IFS='|' read -r name arguments options; do
		# shellcheck disable=SC2086 # several options
		if ! states $arguments || ! pend $options; then
			cannot "$name" "no such log can be made here"
			continue
		fi
		as_recovered "$name"
		same "$name: clean" "0 clean" \
			"$status $(jq -r .summary.verdict <<<"$json")"
		same "$name: all of it was replayed" "replayed 2" \
			"$(journal_of state) $(journal_of transactions)"
		check "$name: e2fsck finds the recovered copy clean" \
			e2fsck -fn "$work/copy"
		stale "$name"
	done <<-'FORMATS'
		ext3|-t ext3 -b 1024 -N 256 -J size=2|
		ext3, checksums of version 2|-t ext3 -b 1024 -N 256 -J size=2|-c -v 2
		ext3, checksums of version 3|-t ext3 -b 1024 -N 256 -J size=2|-c -v 3
		1k|-t ext4 -b 1024 -N 256 -J size=2 -O ^metadata_csum|
		1k, no 64bit|-t ext4 -b 1024 -N 256 -J size=2 -O ^64bit|-c -v 3
		4k|-t ext4 -b 4096 -N 256|-c
		4k, checksums of version 2|-t ext4 -b 4096 -N 256 -O ^64bit|-c -v 2
		4k, no checksums in the log|-t ext4 -b 4096 -N 256|
		meta_bg|-t ext4 -b 1024 -N 256 -J size=2 -O meta_bg,^resize_inode|-c
		bigalloc|-t ext4 -b 4096 -N 256 -O bigalloc -C 16384|-c
		64k blocks|-t ext4 -b 65536 -N 256 -J size=64|-c
	FORMATS
}

# --- revoke records, escaped blocks, an open transaction

# A line of debugfs commands for each case; $block is free in every state.
test_records()
{
	local block
	states -t ext4 -b 1024 -N 256 -J size=2 || return
	image=$work/image
	block=$(debugfs -R "ffb 1 9000" "$work/2" 2>/dev/null |
		awk '{ print $NF }')
	head -c "$bs" /dev/urandom >"$work/old"
	printf '\xc0\x3b\x39\x98 begins like a block of the log' >"$work/magic"
	truncate -s "$bs" "$work/magic"
	case_of revoked "jw -b $block $work/old" "jw -r $block $work/old"
	same "revoked: is not written" 1 "$(journal_of revoked)"
	case_of "revoked and logged again" "jw -b $block $work/old" \
		"jw -r $block $work/old" "jw -b $block $work/magic"
	case_of escaped "jw -b $block $work/magic"
	check "escaped: begins with the magic number again" \
		cmp "$work/magic" <(block "$work/seen" "$block")
	case_of uncommitted "jw -b $block $work/old" \
		"jw -c -b $block $work/magic"
	same "uncommitted: does not count" 1 "$(journal_of transactions)"
	check "uncommitted: what is before it does" \
		cmp "$work/old" <(block "$work/seen" "$block")
}

case_of()
{
	local name=$1 it version
	shift
	for version in "" "-c -v 2" "-c -v 3"; do
		cp --sparse=always "$work/0" "$image"
		{
			echo "jo $version"
			for it; do
				echo "$it"
			done
			echo jc
		} | edit "$image"
		as_recovered "$name${version:+ ($version)}"
		same "$name${version:+ ($version)}: clean" 0 "$status"
	done
}

# --- a log that does not lead to a good state, and logs that are damaged

test_drift()
{
	states -t ext4 -b 1024 -N 256 -J size=2 || return
	edit "$work/2" <<-END
		set_bg 1 free_blocks_count 77
		set_bg 1 checksum calc
	END
	pend -c
	as_recovered drift
	same "drift: is what recovery makes" "4 drift" \
		"$status $(jq -r .summary.verdict <<<"$json")"
	same "drift: in that group alone" "1 77" \
		"$(json_rows gd-free-clusters | cut -d' ' -f1,2)"
	check "drift: e2fsck finds it in the recovered copy" grep -qF \
		"Free blocks count wrong for group #1 (77," \
		<(e2fsck -fn "$work/copy" 2>/dev/null)
	stale drift
}

# spoil BLOCK BYTE: change a byte of a block of the journal.
spoil()
{
	local at
	at=$(debugfs -c -R "bmap <8> $1" "$image" 2>/dev/null)
	printf '\x55' | dd of="$image" bs=1 seek=$((at * bs + $2)) \
		conv=notrunc status=none
}

# log_block TRANSACTION TYPE: where the first such block of the log is.
log_block()
{
	debugfs -c -R "logdump -a" "$image" 2>/dev/null |
		sed -n "s/^Found expected sequence $1, type [0-9] ($2 block) \
at block \([0-9]*\).*/\1/p" | head -1
}

test_damage()
{
	local name transaction type behind byte written
	states -t ext4 -b 1024 -N 256 -J size=2 || return
	while read -r name transaction type behind byte written; do
		pend -c
		spoil $(($(log_block "$transaction" "$type") + behind)) "$byte"
		as_recovered "damaged $name"
		same "damaged $name: is told" 1 \
			"$(json_rows journal-damaged | wc -l)"
		same "damaged $name: how far it was replayed" "$written" \
			"$(journal_of state)"
		bit "$status" 8
		same "damaged $name: is not called clean" 0 $?
		check "damaged $name: why is said" \
			test -n "$(journal_of 'reason // ""')"
	done <<-'END'
		descriptor 1 descriptor 0 900 failed
		commit 1 commit 0 20 failed
		block 1 descriptor 2 20 partly
		later-descriptor 2 descriptor 0 900 failed
		later-commit 2 commit 0 20 partly
		later-block 2 descriptor 1 20 partly
	END
	pend -c
	spoil 0 100
	check_json "$image"
	same "damaged superblock: is told" 1 \
		"$(json_rows journal-damaged | wc -l)"
	same "damaged superblock: nothing is replayed" failed \
		"$(journal_of state)"
}

# pend_data: as pend, but of no matter to bitmaps: the state before recovery
# agrees with itself.
pend_data()
{
	image=$work/image
	cp --sparse=always "$work/0" "$image"
	edit "$image" <<-END
		jo
		jw -b $(debugfs -R "ffb 1 9000" "$work/0" 2>/dev/null |
			awk '{ print $NF }') $work/data.block
		jc
	END
}

# not_clean NAME [OPTION...]: no drift, but a part of the state was not read.
not_clean()
{
	local name=$1
	shift
	check_json "$@" "$image"
	same "$name: is not called clean" "8 incomplete failed" "$status \
$(jq -r .summary.verdict <<<"$json") $(journal_of state)"
	check "$name: the first line says why" grep -q \
		"incomplete: no drift seen.* the journal c.* be replayed" \
		<("$EXT4BMCHECK" -q "$@" "$image" 2>/dev/null)
	check_json --journal=ignore "$image"
	same "$name: unless it is to be ignored" 0 "$status"
}

# Whether what is in a superblock is from the future or damaged cannot be known
# of a feature; of a type it can.
test_format()
{
	local name byte damaged
	states -t ext4 -b 1024 -N 256 -J size=2 || return
	head -c 1024 /dev/urandom >"$work/data.block"
	while read -r name byte damaged; do
		pend_data
		spoil 0 "$byte"
		not_clean "unknown $name"
		check_json "$image"
		same "unknown $name: is it damage" "$damaged" \
			"$(json_rows journal-damaged | wc -l)"
		check "unknown $name: e2fsck rejects it, too" \
			test "$(e2fsck -fn "$image" >/dev/null 2>&1; echo $?)" \
			-ne 0
		check "unknown $name: no mount is advised, which must fail" \
			test "$(jq -r '.summary.advice[]' <<<"$json" |
				grep -c "mount it once")" -eq 0
	done <<-'END'
		type 6 1
		feature 42 0
		read-only-feature 46 0
	END
}

# The inode of the journal is lost; its map is in the superblock, too.
test_backup()
{
	states -t ext3 -b 1024 -N 256 -J size=2 || return
	pend
	check_json "$image"
	after=$(facts)
	edit "$image" <<-END
		clri <8>
	END
	check_json "$image"
	same "lost inode: the journal is replayed all the same" \
		"replayed $after" "$(journal_of state) $(facts)"
	edit "$image" <<-END
		ssv jnl_backup_type 0
	END
	check_json "$image"
	same "no backup either: it is not" failed "$(journal_of state)"
	same "no backup either: which is told" 1 \
		"$(json_rows journal-damaged | wc -l)"
}

# --- a journal on a device of its own

test_external()
{
	local journal=$work/journal
	mke2fs -q -F -b 1024 -U "$uuid" -O journal_dev "$journal" 2M \
		>/dev/null 2>&1 &&
		states -t ext4 -b 1024 -N 256 -O ^has_journal || return
	image=$work/image
	cp --sparse=always "$work/0" "$image"
	edit "$image" <<-END
		feature has_journal
		ssv journal_dev 0x9999
		ssv journal_uuid $uuid
		jo -c -f $journal
		$(logged "$work/0" "$work/1")
		$(logged "$work/1" "$work/2")
		jc
	END
	cp "$journal" "$work/journal.pending"
	as_recovered external "$journal"
	check_json -j "$journal" "$image"
	same "external: clean" "0 replayed 2" \
		"$status $(journal_of state) $(journal_of transactions)"
	check_json "$image"
	same "external: not found by itself" "failed true" \
		"$(journal_of state) $(journal_of external)"
	bit "$status" 4
	same "external: without it nothing is drift" 1 $?
	check "external: the option is named" grep -q -e --journal-device \
		<("$EXT4BMCHECK" "$image" 2>/dev/null)
	check_json -j "$work/0" "$image"
	same "external: something else is not taken for it" failed \
		"$(journal_of state)"
	check "external: something else: the first line says why" grep -qF \
		"that device is not its journal" \
		<("$EXT4BMCHECK" -q -j "$work/0" "$image" 2>/dev/null)
	cp --sparse=always "$work/0" "$image"
	edit "$image" <<-END
		feature has_journal needs_recovery
		ssv journal_dev 0x9999
		ssv journal_uuid $uuid
	END
	not_clean "external, not found"
	check "external: the journal is untouched" \
		cmp "$journal" "$work/journal.pending"
}

# --- memory: of a full log of a gigabyte little is kept

# make_full IMAGE: a transaction that fills its log of 1 KiB blocks, but for
# descriptors and the commit all of it holes.
make_full()
{
	debugfs -R "ex <8>" "$1" 2>/dev/null >"$work/extents"
	python3 - "$1" "$work/extents" <<-'END'
		import re, struct, sys
		size, tags = 1024, 124
		place, blocks = {}, 0
		line = re.compile(r" *(\d+)/ *(\d+) +\d+/ *\d+ "
		                  r"+(\d+) - +(\d+) +(\d+)")
		for level, depth, first, last, start in line.findall(
		        open(sys.argv[2]).read()):
		    if level == depth:
		        place[int(first)] = (int(last), int(start))
		def where(block):
		    first = max(it for it in place if it <= block)
		    return (place[first][1] + block - first) * size
		blocks = 1 + max(last for last, start in place.values())
		header = lambda kind: struct.pack(">3I", 0xc03b3998, kind, 1)
		with open(sys.argv[1], "r+b") as image:
		    at, block = 1, 2000000
		    while at + tags + 1 < blocks:
		        image.seek(where(at))
		        image.write(header(1))
		        for i in range(tags):
		            flags = ((2 if i else 0) |
		                     (8 if i == tags - 1 else 0))
		            image.write(struct.pack(">IHH", block, 0, flags))
		            if i == 0:
		                image.write(bytes(16))
		            block += 1
		        at += tags + 1
		    image.seek(where(at))
		    image.write(header(2))
		    image.seek(where(0) + 24)
		    image.write(struct.pack(">2I", 1, 1))
		    print(block - 2000000)
	END
}

test_memory()
{
	local blocks
	image=$work/full
	mke2fs -q -F -t ext4 -b 1024 -O ^metadata_csum,^64bit \
		-E lazy_itable_init=1 -J size=1024 "$image" 3G \
		>/dev/null 2>&1 || return
	blocks=$(make_full "$image")
	edit "$image" <<-END
		feature needs_recovery
	END
	if ldd "$EXT4BMCHECK" 2>/dev/null | grep -q libasan; then
		skip "full log: memory" "a sanitizer needs more"
	else
		json=$(ulimit -v 150000; "$EXT4BMCHECK" --json --threads 1 \
			"$image" 2>"$work/stderr")
		same "full log: replayed in 150 MB" "replayed 1 $blocks" \
			"$(journal_of state) $(journal_of transactions) \
$(journal_of blocks)"
	fi
	rm -f "$image"
}

# --- an option that nobody needs must do no harm

test_options()
{
	image=$work/0
	states -t ext4 -b 1024 -N 256 -J size=2 || return
	for it in overlay ignore; do
		check_json --journal=$it "$image"
		same "nothing to be replayed, $it: clean" "0 null" \
			"$status $(jq -c .summary.journal <<<"$json")"
	done
	"$EXT4BMCHECK" --journal=never "$image" >/dev/null 2>&1
	same "an unknown word is a usage error" 16 $?
	pend
	check "text names the state in the first line" \
		grep -q "clean after journal replay" \
		<("$EXT4BMCHECK" "$image" 2>/dev/null)
	check "-v says how much was replayed" grep -Eq \
		"journal +2 transactions \([0-9]+ blocks\) replayed in memory" \
		<("$EXT4BMCHECK" -v "$image" 2>/dev/null)
	"$EXT4BMCHECK" --json --threads 1 "$image" >"$work/one" 2>/dev/null
	"$EXT4BMCHECK" --json --threads 8 "$image" >"$work/eight" 2>/dev/null
	check "the report does not depend on the threads" \
		cmp "$work/one" "$work/eight"
}

test_formats
test_records
test_drift
test_damage
test_format
test_backup
test_external
test_memory
test_options
done_testing
