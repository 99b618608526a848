#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# fixture.sh --- the generator of test images is itself right
#
# Clean layouts must be clean to e2fsck, recipes must be damaged in the way
# they say to e2fsck, be the same bytes each time and stay small; edits must
# change what they name, nothing else, and be refused where they make no sense.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"
need e2fsck dumpe2fs jq

image=$work/image
# e2fsck asks nothing with -n, but floods and hangs are known
fsck_n()
{
	timeout 60 e2fsck -fn "$1" </dev/null 2>&1 | head -c 1000000
	return "${PIPESTATUS[0]}"
}

fixture()
{
	"$EXT4BMFIXTURE" "$@"
}

# fresh LAYOUT: $image is a new filesystem of that layout.
fresh()
{
	fixture --make "$1" --force "$image"
}

# status WANTED DESCRIPTION ARGUMENT...: runs it for its exit status.
status()
{
	local wanted=$1 what=$2 got
	shift 2
	fixture "$@" >"$work/out" 2>&1
	got=$?
	[ "$got" -eq "$wanted" ]
	result $? "$what"
	[ "$got" -eq "$wanted" ] || diag "$*: status $got" "$(cat "$work/out")"
}

# group NUMBER: what dumpe2fs says about a group, on one line.
group()
{
	dumpe2fs "$image" 2>/dev/null | awk -v "group=$1" '
		/^Group [0-9]+:/ { wanted = $2 == group ":" }
		wanted { printf "%s ", $0 }'
}

# shows DESCRIPTION TEXT WANTED: TEXT has WANTED in it.
shows()
{
	case $2 in
	*"$3"*) result 0 "$1" ;;
	*) result 1 "$1"
	   diag "wanted: $3" "got:" "$(printf '%s\n' "$2" | head -20)" ;;
	esac
}

# hides DESCRIPTION TEXT UNWANTED: TEXT does not have UNWANTED in it.
hides()
{
	case $2 in
	*"$3"*) result 1 "$1"
		diag "unwanted: $3" ;;
	*) result 0 "$1" ;;
	esac
}

test_options()
{
	status 0 "--version" --version
	shows "--version names libext2fs" "$(cat "$work/out")" "libext2fs"
	status 0 "-V" -V
	status 0 "--help" --help
	status 0 "-?" "-?"
	status 16 "nothing to do" "$image"
	status 16 "no image" --make 1k
	status 16 "two images" --make 1k "$image" "$image.2"
	status 16 "unknown option" --nonsense "$image"
	status 16 "option without its argument" --recipe
	status 16 "unknown recipe" --recipe nonsense "$image"
	status 16 "unknown layout" --make nonsense "$image"
	status 16 "two actions" --make 1k --recipe clean "$image"
	status 16 "--groups without --make" --groups 5 "$image"
	status 16 "--groups 0" --make 1k --groups 0 "$image"
	status 16 "--list with an image" --list "$image"
	status 8 "no such image" --set gd-free=0:1 "$work/missing"
	check "nothing was made by all that" test ! -e "$image"
	status 0 "--list" --list
	check "--list names the codes" grep -q gd-free-clusters "$work/out"
	fixture --list >/dev/full 2>/dev/null
	same "--list to a full device" 8 $?
}

test_layout()
{
	local layout=$1 out
	fresh "$layout" || { result 1 "--make $layout"; return; }
	out=$(fsck_n "$image")
	same "$layout is clean to e2fsck" 0 $?
	hides "$layout: no question" "$out" "? no"
	hides "$layout: no checksum complaint" "$out" "checksum"
}

test_layouts()
{
	local layout out
	for layout in $(fixture --layouts | awk '{ print $1 }'); do
		case $layout in
		journal-dev | bench) ;;
		*) test_layout "$layout" ;;
		esac
	done
	fresh journal-dev
	out=$(dumpe2fs -h "$image" 2>&1)
	shows "journal-dev is a journal device" "$out" "journal_dev"
	shows "journal-dev has a journal" "$out" "Journal sequence:"
	fixture --make bench --groups 40 --force "$image"
	out=$(fsck_n "$image")
	hides "bench: counts agree" "$out" "count wrong"
	hides "bench: checksums agree" "$out" "checksum"
	hides "bench: padding is set" "$out" "Padding"
	hides "bench: no metadata is free" "$out" " +"
	shows "bench: no inode owns the clusters" "$out" \
		"Block bitmap differences:  -"
}

# test_recipe NAME TEXT: makes it, and e2fsck says TEXT (nothing when empty).
test_recipe()
{
	local name=$1 e2fsck=$2 out
	rm -f "$image" "$image.2"
	check "$name: is made" fixture --recipe "$name" "$image"
	check "$name: on less than 20 MB" \
		test "$(du -k "$image" | cut -f1)" -lt 20480
	out=$(fsck_n "$image")
	if [ -n "$e2fsck" ]; then
		shows "$name: e2fsck sees it" "$out" "$e2fsck"
	else
		hides "$name: e2fsck sees nothing" "$out" "? no"
	fi
	sleep 0.02
	fixture --recipe "$name" "$image.2"
	same "$name: same bytes again" "$(contents "$image")" \
		"$(contents "$image.2")"
	rm -f "$image.2"
}

test_recipes()
{
	local name e2fsck
	fixture --list --json-lines >"$work/recipes"
	check "--json-lines is JSON" jq -e . "$work/recipes"
	while IFS=$'\t' read -r name e2fsck; do
		test_recipe "$name" "$e2fsck"
	done < <(jq -r '[.name, .e2fsck // ""] | @tsv' "$work/recipes")
}

test_refusals()
{
	local before loop
	echo "not to be lost" >"$work/file"
	status 8 "--make on a file that exists" --make 1k "$work/file"
	status 8 "--recipe on a file that exists" --recipe clean "$work/file"
	same "the file is as it was" "not to be lost" "$(cat "$work/file")"
	status 8 "an edit of what is no filesystem" \
		--set gd-free=0:1 "$work/file"
	same "the file is still as it was" "not to be lost" \
		"$(cat "$work/file")"
	status 0 "--make --force on a file that exists" \
		--make noflex --force "$work/file"
	check "the file is a filesystem" dumpe2fs -h "$work/file"
	status 8 "--make --force on a device" --make 1k --force /dev/null
	status 8 "an edit of a character device" --set gd-free=0:1 /dev/null
	status 8 "an edit of a folder" --set gd-free=0:1 "$work"
	mkdir -p "$work/folder"
	status 8 "--make where no file can be" \
		--make 1k "$work/missing/file"
	status 8 "a file on clusters in use" \
		--make 1k --file x=0:0-12 "$work/folder/new"
	check "what could not be finished is removed" \
		test ! -e "$work/folder/new"

	if [ "$(id -u)" -ne 0 ] || ! loop=$(losetup -f --show "$work/file" \
						2>/dev/null); then
		cannot "block devices" "needs root and a loop device"
		return
	fi
	loops+=("$loop")
	before=$(cksum <"$work/file")
	status 8 "an edit of a block device" --set gd-free=5:1 "$loop"
	status 8 "--make --force on a block device" --make 1k --force "$loop"
	sync -f "$work/file"
	same "the device is as it was" "$before" "$(cksum <"$work/file")"
	status 0 "--force edits a block device" --force --set gd-free=5:1 \
		"$loop"
}

# changes DESCRIPTION MOST EDIT...: an edit changes 1 to MOST bytes of $image.
changes()
{
	local what=$1 most=$2 bytes
	shift 2
	cp --sparse=always "$image" "$image.before"
	check "$what" fixture "$@" "$image"
	bytes=$(cmp -l "$image.before" "$image" | wc -l)
	check "$what: changes $bytes bytes, at most $most" \
		test "$bytes" -ge 1 -a "$bytes" -le "$most"
	rm -f "$image.before"
}

test_descriptor_edits()
{
	fresh noflex
	changes "--set gd-free" 4 --set gd-free=3:77
	shows "gd-free is set" "$(group 3)" " 77 free blocks"
	hides "the descriptor is sealed" "$(group 3)" "EXPECTED"
	changes "two edits in order" 4 --set gd-free=3:1 --set gd-free=3:+4
	shows "the second goes by the first" "$(group 3)" " 5 free blocks"
	changes "--set gd-free-inodes" 4 --set gd-free-inodes=4:9
	shows "gd-free-inodes is set" "$(group 4)" " 9 free inodes"
	changes "--set gd-used-dirs" 4 --set gd-used-dirs=4:7
	shows "gd-used-dirs is set" "$(group 4)" " 7 directories"
	changes "--set gd-itable-unused" 4 --set gd-itable-unused=4:0x10
	shows "gd-itable-unused is set" "$(group 4)" " 16 unused inodes"
	changes "--set gd-flags" 4 --set gd-flags=4:5
	shows "gd-flags is set" "$(group 4)" "[INODE_UNINIT, ITABLE_ZEROED]"
	changes "--set gd-flags by a bit" 4 --set "gd-flags=4:|2"
	shows "one flag is added" "$(group 4)" "BLOCK_UNINIT"
	changes "--set gd-block-bitmap" 6 --set gd-block-bitmap=6:50000
	shows "gd-block-bitmap is set" "$(group 6)" "Block bitmap at 50000"
	changes "--set gd-inode-bitmap" 6 --set gd-inode-bitmap=6:@7
	shows "gd-inode-bitmap is that of group 7" "$(group 6)" \
		"$(group 7 | grep -o 'Inode bitmap at [0-9]*')"
	changes "--set gd-inode-table" 6 --set gd-inode-table=6:-1
	changes "--set gd-checksum" 2 --set gd-checksum=8:0x1234
	shows "gd-checksum is set" "$(group 8)" "csum 0x1234 (EXPECTED"
	changes "--set block-bitmap-csum" 4 --set block-bitmap-csum=0:0xabcd
	shows "block-bitmap-csum is set" "$(group 0)" "csum 0x0000abcd"
	changes "--set inode-bitmap-csum" 4 --set inode-bitmap-csum=0:0x4321
	shows "inode-bitmap-csum is set" "$(group 0)" "csum 0x00004321"
	changes "--no-seal" 2 --no-seal --set gd-free=9:3
	shows "the descriptor is not sealed" "$(group 9)" "EXPECTED"
	changes "every third group" 84 --set gd-free=1+3:300
	shows "the last of them" "$(group 61)" " 300 free blocks"
	hides "none between" "$(group 60)" " 300 free blocks"
	changes "--set-backup" 6 --set-backup 1:gd-block-bitmap=12:4242
	hides "the primary table is as it was" "$(group 12)" "4242"
	shows "the copy is not" "$(dumpe2fs -o superblock=8193 -o \
		blocksize=1024 "$image" 2>/dev/null)" "Block bitmap at 4242"
}

# bytes BLOCK OFFSET COUNT: in hexadecimal, of 1 KiB blocks.
bytes()
{
	od -An -tx1 -j $(($1 * 1024 + $2)) -N "$3" "$image" | tr -d ' \n'
}

bitmap_of()
{
	group "$1" | sed -n "s/.*$2 bitmap at \([0-9]*\).*/\1/p"
}

test_bitmap_edits()
{
	local map
	fixture --make noflex --force --file victim=20:2000-2063 "$image"
	map=$(bitmap_of 20 Block)
	same "a file owns its clusters" ffffffffffffffff "$(bytes "$map" 250 8)"
	changes "--clear-bits" 6 --clear-bits 20:2000-2003,2009
	same "bits are cleared" f0fdff "$(bytes "$map" 250 3)"
	hides "the bitmap is sealed" "$(fsck_n "$image")" "checksum"
	changes "--set-bits" 6 --set-bits 20:2000
	same "bits are set" f1fdff "$(bytes "$map" 250 3)"
	changes "--set-byte" 5 --set-byte 20:251=0x0f
	same "a byte is stored" f10fff "$(bytes "$map" 250 3)"
	changes "--flip-csum block-bitmap" 4 --flip-csum block-bitmap=20
	shows "its checksum is wrong" "$(fsck_n "$image")" \
		"Group 20 block bitmap does not match checksum"
	map=$(bitmap_of 0 Inode)
	changes "--clear-inode-bits" 5 --clear-inode-bits 0:5
	same "inode bits are cleared" df "$(bytes "$map" 0 1)"
	changes "--set-inode-bits" 5 --set-inode-bits 0:5
	same "inode bits are set" ff "$(bytes "$map" 0 1)"
	changes "--set-inode-byte" 5 --set-inode-byte 0:0=0x7f
	same "an inode byte is stored" 7f "$(bytes "$map" 0 1)"
	changes "--flip-csum inode-bitmap" 4 --flip-csum inode-bitmap=0
	changes "--clear-item" 6 --clear-item inode-table=0:3
	shows "the block is shown free" "$(fsck_n "$image")" \
		"Block bitmap differences:  +"
	fresh small-groups
	changes "padding is within reach" 1 --clear-bits 0:8191
	changes "--set-item" 6 --clear-item superblock=0 --set-item \
		superblock=0 --clear-item block-bitmap=0
}

test_superblock_edits()
{
	local out size
	fresh noflex
	changes "--set-sb" 12 --set-sb free-blocks=1234 --set-sb free-inodes=-4
	out=$(dumpe2fs -h "$image" 2>/dev/null)
	shows "free-blocks is set" "$out" "Free blocks:              1234"
	shows "free-inodes is 4 less" "$out" "Free inodes:              8176"
	hides "the superblock is sealed" "$(fsck_n "$image")" "checksum"
	changes "--flip-csum sb" 1 --flip-csum sb
	shows "its checksum is wrong" "$(fsck_n "$image")" \
		"Superblock checksum does not match"
	size=$(stat -c %s "$image")
	check "--cut" fixture --cut 10 "$image"
	same "10 blocks are gone" $((size - 10240)) "$(stat -c %s "$image")"
	fresh mmp
	check "--set-mmp" fixture --set-mmp far.example "$image"
	shows "the host is named" \
		"$(debugfs -R dump_mmp "$image" 2>/dev/null)" "far.example"
	check "--make with an edit" \
		fixture --make nocsum --set gd-free=1:1 --force "$image"
	shows "the edit is made" "$(group 1)" " 1 free blocks"
	check "--recipe with an edit" \
		fixture --recipe clean --set gd-free=9:1 --force "$image"
	shows "this one too" "$(group 9)" " 1 free blocks"
}

# What another reader makes of the log, and of a copy that it has recovered.
test_journal_edits()
{
	local out
	fresh 1k
	check "--log, three times" fixture --set gd-free=3:77 \
		--log descriptors=0 --set gd-free=3:78 --log descriptors=0 \
		--log block-bitmap=3 --set gd-free=3:79 "$image"
	out=$(debugfs -c -R "logdump -a" "$image" 2>/dev/null)
	shows "the first transaction logs the descriptors" "$out" \
		"FS block 2 logged at journal block 2"
	shows "the last one is committed" "$out" \
		"Found expected sequence 3, type 2 (commit block) at block 9"
	shows "and the log ends" "$out" "block 10: end of journal"
	e2fsck -y -E journal_only "$image" >"$work/e2fsck" 2>&1
	shows "e2fsck finds a journal to be replayed" \
		"$(cat "$work/e2fsck")" "recovering journal"
	hides "it finds nothing wrong in it" "$(cat "$work/e2fsck")" "corrupt"
	shows "the second transaction counts" "$(group 3)" " 78 free blocks"
	fresh 4k
	check "--flip-csum log" fixture --log descriptors=0 \
		--flip-csum log "$image"
	shows "a commit is wrong" "$(e2fsck -y -E journal_only "$image" 2>&1)" \
		"Journal transaction 1 was corrupt"
	fresh fast-commit
	check "--log-fast" fixture --log descriptors=0 --log-fast 11 "$image"
	status 8 "--log-fast without the feature" --make 1k --force \
		--log-fast 11 "$image"
	status 8 "--flip-csum log without checksums" --make ext3 --force \
		--log descriptors=0 --flip-csum log "$image"
}

test_bad_edits()
{
	local before edit
	fresh noflex
	before=$(cksum <"$image")
	while read -r edit; do
		# shellcheck disable=SC2086 # two words
		status 8 "refused: $edit" $edit "$image"
	done <<-END
	--set gd-free=64:1
	--set gd-free=1
	--set gd-free=1:
	--set gd-free=1:x
	--set gd-free=1:-9999
	--set gd-free=1:65536
	--set gd-free=1:@64
	--set gd-free=1+0:5
	--set gd-free=:5
	--set nonsense=1:1
	--log descriptors=0
	--log nonsense=0
	--log-fast 11
	--log-fast x
	--flip-csum log
	--set gd-block-bitmap=1:4294967296
	--set-backup 2:gd-free=1:1
	--set-backup 99:gd-free=1:1
	--set-sb nonsense=1
	--set-sb free-inodes=4294967296
	--set-sb free-blocks=@1
	--clear-bits 0
	--clear-bits 0:
	--clear-bits 0:8192
	--clear-bits 0:5-4
	--clear-bits 0:1,
	--clear-bits 64:1
	--set-byte 0:1024=1
	--set-byte 0:1=256
	--clear-item nonsense=0
	--clear-item inode-table=0:16384
	--clear-item superblock=2
	--flip-csum nonsense
	--flip-csum gd
	--flip-csum block-bitmap-high=0
	--set-mmp host
	--cut 0
	--cut 99999999
	END
	same "the image is as it was" "$before" "$(cksum <"$image")"
}

test_manual()
{
	local page=$srcdir/../man/ext4bmfixture.8 word
	for word in $(fixture --help | sed -n 's/^  --\([a-z-]*\).*/\1/p') ; do
		check "the manual has --$word" \
			grep -q "^\.B[IR]* .*\\\\-\\\\-${word//-/\\\\-}\\>" \
				"$page"
	done
	for word in $(fixture --layouts | awk '{ print $1 }'); do
		check "the manual has the layout $word" \
			grep -q -- "^\.B ${word//-/\\\\-}\$" "$page"
	done
	if command -v mandoc >/dev/null; then
		same "mandoc has nothing to say" "" \
			"$(mandoc -Tlint -W warning "$page" 2>&1)"
	else
		cannot "mandoc" "not installed"
	fi
}

test_options
test_layouts
test_recipes
test_refusals
test_descriptor_edits
test_bitmap_edits
test_superblock_edits
test_journal_edits
test_bad_edits
test_manual
done_testing
