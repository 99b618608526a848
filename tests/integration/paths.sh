#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# paths.sh --- what owners are called, as the kernel and debugfs have it
#
# Filesystems of many layouts get directories of many shapes. Then bits of the
# inode bitmaps are cleared, so that the inodes are findings, and --paths must
# give each of them a name that the kernel has shown (or, where it cannot be
# mounted, that ncheck of debugfs finds). Damaged directories must cost no more
# than the names that are in them.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"
need mke2fs e2fsck debugfs jq python3

mount_folder
truth=$work/truth
image=$work/image

# fill FOLDER: deep, wide, linked, with names of any bytes.
# shellcheck disable=SC2317 # called by check
fill()
{
	python3 - "$1" <<-'END'
	import os, sys
	top = os.fsencode(sys.argv[1])
	def file(*names):
	    open(os.path.join(top, *names), "wb").close()
	deep = top
	for i in range(60):
	    deep = os.path.join(deep, b"level-%d" % i)
	    os.mkdir(deep)
	file(deep, b"bottom")
	for many, name in ((b"wide", b"a-name-that-takes-some-room-%d"),
	                   (b"few", b"%d")):
	    os.mkdir(os.path.join(top, many))
	    for i in range(2500 if many == b"wide" else 5):
	        file(many, name % i)
	for i in range(0, 2500, 3):
	    os.unlink(os.path.join(top, b"wide", name[:0] +
	                           b"a-name-that-takes-some-room-%d" % i))
	os.mkdir(os.path.join(top, b"odd"))
	for name in (b"new\nline", b"esc\x1b[31m", b"latin-\xe9", b" ",
	             b"\\x41", "\u00e9\u4e16".encode(), b"n" * 255, b"...",
	             b"a b\tc"):
	    file(b"odd", name)
	file(b"lost+found", b"#12345")
	os.link(os.path.join(top, b"few", b"1"), os.path.join(top, b"linked"))
	os.symlink(b"few", os.path.join(top, b"link"))
	os.mkfifo(os.path.join(top, b"odd", b"pipe"))
	END
}

fill_offline()
{
	local i path=
	{
		for i in {1..20}; do
			path=$path/level-$i
			echo "mkdir $path"
		done
		echo "cd $path"
		echo "write /dev/null bottom"
		echo "mkdir /wide"
		echo "cd /wide"
		for i in {1..300}; do
			echo "write /dev/null a-name-that-takes-room-$i"
		done
		echo "mknod pipe p"
		echo "cd /lost+found"
		echo "write /dev/null 12345"
	} >"$work/commands"
	debugfs -w -f "$work/commands" "$1" >/dev/null 2>&1
}

# shown FOLDER: the truth, "INODE PATH" with a byte 0 behind each.
shown()
{
	find "$1" -xdev -mindepth 1 -printf '%i /%P\0' >"$truth"
}

# found IMAGE: the same by debugfs.
found()
{
	debugfs -R "ncheck $(seq -s' ' 11 900)" "$1" 2>/dev/null |
		sed -n 's/^\([0-9]*\)\t\/*\(.*\)/\1 \/\2/p' |
		tr '\n' '\0' >"$truth"
}

# unmark IMAGE: clear the bits of some inodes of the truth in each group.
unmark()
{
	local per_group
	per_group=$(dumpe2fs -h "$1" 2>/dev/null |
		sed -n 's/^Inodes per group: *//p')
	python3 - "$truth" "$per_group" >"$work/commands" <<-'END'
	import sys
	seen = {}
	for line in open(sys.argv[1], "rb").read().split(b"\0")[:-1]:
	    number = int(line.split(b" ")[0])
	    seen.setdefault((number - 1) // int(sys.argv[2]), set()).add(number)
	for numbers in seen.values():
	    numbers = sorted(numbers)
	    for number in numbers[::len(numbers) // 200 + 1] + numbers[-20:]:
	        print(f"freei <{number}>")
	END
	debugfs -w -f "$work/commands" "$1" >/dev/null 2>&1
}

# judge: compares the owners of $json with the truth; prints what is wrong.
judge()
{
	printf '%s' "$json" >"$work/json"
	python3 - "$truth" "$work/json" "$work/commands" <<-'END'
	import json, re, sys
	def name(path):
	    return re.sub(rb"\\x(..)", lambda hex: bytes([int(hex[1], 16)]),
	                  path.encode())
	truth = {}
	for line in open(sys.argv[1], "rb").read().split(b"\0")[:-1]:
	    number, path = line.split(b" ", 1)
	    truth.setdefault(int(number), set()).add(path)
	wanted = {int(number) for number in
	          re.findall(r"<(\d+)>", open(sys.argv[3]).read())}
	for finding in json.load(open(sys.argv[2]))["findings"]:
	    for owner in finding["owners"] or []:
	        wanted.discard(owner["inode"])
	        if name(owner["path"]) not in truth[owner["inode"]] or \
	           owner["nameless"] is not None:
	            print(owner["inode"], owner["path"], owner["nameless"],
	                  truth[owner["inode"]])
	if not truth or wanted:
	    print("not named:", sorted(wanted))
	END
}

# named NAME IMAGE: all that was unmarked has its name.
named()
{
	local one
	check "$1: some were unmarked" test -s "$work/commands"
	check_json --paths --threads 1 "$2"
	same "$1: names" "" "$(judge)"
	one=$json
	check_json --paths --threads 4 "$2"
	same "$1: the same with four threads" "$one" "$json"
}

# layout NAME SIZE MOUNT MKE2FS-OPTION...
layout()
{
	local name=$1 size=$2 mountable=$3 out
	shift 3
	rm -f "$image"
	if ! out=$(mke2fs -q -F "$@" "$image" "$size" 2>&1); then
		skip "$name" "mke2fs cannot make it: $(head -1 <<<"$out")"
		return
	fi
	if [ "$mountable" = yes ] && can_mount &&
			mount -o loop "$image" "$work/mnt" \
				2>"$work/stderr"; then
		check "$name: filled" fill "$work/mnt"
		shown "$work/mnt"
		unmount_wait "$work/mnt" || exit 99
	else
		[ "$mountable" = no ] ||
			cannot "$name: filled by the kernel" "no loop mounts"
		fill_offline "$image"
		found "$image"
	fi
	unmark "$image"
	named "$name" "$image"
}

layout 1k 64M yes -t ext4 -b 1024
layout 4k 200M yes -t ext4 -b 4096
layout ext2 64M yes -t ext2 -b 1024
layout no-index 64M yes -t ext4 -b 1024 -O ^dir_index
layout no-filetype 64M yes -t ext4 -b 1024 -O ^filetype
layout no-csum 64M yes -t ext4 -b 1024 -O ^metadata_csum,^uninit_bg
layout inline_data 64M yes -t ext4 -b 1024 -O inline_data
layout large-inodes 64M yes -t ext4 -b 4096 -I 1024 -O inline_data
layout small-inodes 64M yes -t ext4 -b 1024 -I 128
layout large_dir 64M yes -t ext4 -b 1024 -O large_dir
layout bigalloc 200M yes -t ext4 -b 1024 -O bigalloc -C 16384
layout meta_bg 64M yes -t ext4 -b 1024 -O meta_bg,^resize_inode
layout small-groups 64M yes -t ext4 -b 1024 -g 2048
layout casefold 64M no -t ext4 -b 1024 -O casefold
layout 64k 300M no -t ext4 -b 65536 -O ^has_journal

# Encrypted names: what the kernel shows without the key is a hash of 8 bytes
# and the name itself.
encrypted()
{
	python3 - "$work/mnt" <<-'END'
	import ctypes, fcntl, os, struct, sys
	top = sys.argv[1]
	fd = os.open(top, os.O_RDONLY)
	# FS_IOC_ADD_ENCRYPTION_KEY, for a policy of version 2.
	arg = bytearray(struct.pack("<II32sII32s", 2, 0, b"", 64, 0, b"") +
	                bytes(range(64)))
	fcntl.ioctl(fd, 0xc0506617, arg, True)
	secret = os.path.join(top, "secret")
	os.mkdir(secret)
	dirfd = os.open(secret, os.O_RDONLY)
	# FS_IOC_SET_ENCRYPTION_POLICY: AES-256-XTS, AES-256-CTS.
	fcntl.ioctl(dirfd, 0x800c6613,
	            struct.pack("<BBBBB3s16s", 2, 1, 4, 0, 0, b"", arg[8:24]))
	for i in range(30):
	    open(os.path.join(secret, "file-%d" % i * (i % 4 + 1)), "w").close()
	os.mkdir(os.path.join(secret, "sub"))
	open(os.path.join(secret, "sub", "x"), "w").close()
	END
}

# Without the key.
encrypted_truth()
{
	python3 - "$work/mnt" "$truth" <<-'END'
	import base64, os, sys
	def ours(name):
	    if name == "secret":
	        return name
	    raw = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4))[8:]
	    text = base64.urlsafe_b64encode(raw).decode().rstrip("=")
	    return "<encrypted:" + text + ">"
	with open(sys.argv[2], "wb") as out:
	    secret = os.path.join(sys.argv[1], "secret")
	    for top, dirs, files in os.walk(secret):
	        for name in dirs + files:
	            path = os.path.join(top, name)
	            parts = os.path.relpath(path, sys.argv[1]).split("/")
	            out.write(b"%d /%s\0" % (os.lstat(path).st_ino,
	                      "/".join(map(ours, parts)).encode()))
	END
}

test_encrypted()
{
	local option=$1
	rm -f "$image"
	if ! mke2fs -q -F -t ext4 -b 4096 -O "encrypt$option" "$image" 64M \
			>/dev/null 2>&1 || ! can_mount ||
			! mount -o loop "$image" "$work/mnt" 2>/dev/null; then
		cannot "encrypted$option" "no such file system can be mounted"
		return
	fi
	if ! encrypted 2>"$work/stderr"; then
		unmount_wait "$work/mnt" || exit 99
		skip "encrypted$option" "this kernel does not encrypt"
		return
	fi
	unmount_wait "$work/mnt" && mount -o loop "$image" "$work/mnt" || exit 99
	encrypted_truth
	unmount_wait "$work/mnt" || exit 99
	unmark "$image"
	named "encrypted$option" "$image"
}
test_encrypted ""
test_encrypted ,inline_data

# --- damaged directories

# owner PATTERN: "PATH NAMELESS" of the inode in $json.
owner()
{
	printf '%s' "$json" | jq -r --argjson inode "$1" '[.findings[].owners //
		[] | .[] | select(.inode == $inode) |
		"\(.path) \(.nameless)"] | unique[]'
}

inode_of()
{
	debugfs -R "stat $2" "$1" 2>/dev/null |
		sed -n 's/^Inode: \([0-9]*\).*/\1/p'
}

# patch DIRECTORY PYTHON: change its first block, a bytearray "block"; entry(x)
# is the offset of the entry with that name.
patch()
{
	local block
	block=$(debugfs -R "bmap $1 0" "$image" 2>/dev/null)
	python3 - "$image" "$block" "$2" <<-'END'
	import struct, sys
	def entry(name):
	    at = 0
	    while at < 1024:
	        length, size = struct.unpack_from("<HB", block, at + 4)
	        if block[at + 8:at + 8 + size] == name:
	            return at
	        at += length
	    raise KeyError(name)
	with open(sys.argv[1], "r+b") as file:
	    file.seek(int(sys.argv[2]) * 1024)
	    block = bytearray(file.read(1024))
	    exec(sys.argv[3])
	    file.seek(int(sys.argv[2]) * 1024)
	    file.write(block)
	END
}

mke2fs -q -F -t ext4 -b 1024 -O ^metadata_csum "$work/plain" 16M \
	>/dev/null 2>&1
{
	printf 'mkdir %s\n' /a /a/b /a/b/c /other
	printf 'cd %s\nwrite /dev/null %s\n' /a/b/c file /a/b second \
		/other third /other fourth
} | debugfs -w -f - "$work/plain" >/dev/null 2>&1
number=()
for file in a a/b a/b/c a/b/c/file a/b/second other/third other/fourth; do
	number[${#number[@]}]=$(inode_of "$work/plain" "/$file")
done
read -r a b c file second third fourth <<<"${number[*]}"
same "the files are there" 7 "$(wc -w <<<"${number[*]}")"

# damaged: a copy to damage, in which all files are findings in the end.
damaged()
{
	cp "$work/plain" "$image"
}
look()
{
	printf 'freei <%s>\n' "$file" "$second" "$third" "$fourth" |
		debugfs -w -f - "$image" >/dev/null 2>&1
	check_json --paths "$image"
}

damaged
look
same "whole: names" "/a/b/c/file null
/other/fourth null" "$(owner "$file"; owner "$fourth")"

damaged
patch /a/b 'struct.pack_into("<I", block, entry(b".."), 11)'
look
same "a wrong ..: names" "/a/b/c/file null" "$(owner "$file")"

damaged
patch /a/b 'struct.pack_into("<I", block, entry(b".."), 0xffffffff)'
look
same "an impossible ..: names" "/a/b/c/file null" "$(owner "$file")"

damaged
echo "unlink /a" | debugfs -w -f - "$image" >/dev/null 2>&1
look
same "cut off from the root: the rest" \
	"<$a>/b/c/file null" "$(owner "$file")"
same "cut off: others are not" "/other/third null" "$(owner "$third")"

# b is in a, and a is in b.
damaged
printf '%s\n' "unlink /a" "cd <$b>" "ln <$a> a" |
	debugfs -w -f - "$image" >/dev/null 2>&1
debugfs -w -R "ln <$a> /a" "$image" >/dev/null 2>&1
patch /a "struct.pack_into('<I', block, entry(b'..'), $b)"
debugfs -w -R "unlink /a" "$image" >/dev/null 2>&1
look
same "a loop: ends" "<$b>/a/b/c/file null" "$(owner "$file")"

damaged
patch /a/b 'struct.pack_into("<H", block, entry(b"second") + 4, 6)'
look
same "a length that cannot be: what is behind it, and why" \
	"null unread" "$(owner "$second")"
same "a length that cannot be: others are found" "/other/fourth null" \
	"$(owner "$fourth")"
same "... and said" 1 "$("$EXT4BMCHECK" --paths "$image" |
	grep -c 'no name found, but not all directories were read')"

damaged
patch /a/b 'at = entry(b"c"); struct.pack_into("<I", block, at, 0)'
look
same "no entry: cut off there" "<$c>/file null" "$(owner "$file")"

damaged
patch /other 'at = entry(b"third") + 8; block[at:at + 5] = b"x/\0\n\x1b"'
look
same "bytes that no name has" '/other/x??\x0a\x1b null' "$(owner "$third")"
"$EXT4BMCHECK" --paths "$image" >"$work/text"
same "nothing that a terminal obeys" 0 \
	"$(tr -d '\n' <"$work/text" | tr -dc '\000-\037\177' | wc -c)"
for form in "" --raw --pairs; do
	# shellcheck disable=SC2086 # none or one
	"$EXT4BMCHECK" --paths --table -o OWNERS $form "$image" >"$work/text"
	same "... in a table $form" "0 1" \
		"$(tr -d '\n' <"$work/text" | tr -dc '\000-\037\177' |
		wc -c) $(grep -c /other/x "$work/text")"
done

# C1, as UTF-8 and as a byte; and what turns the direction of a line.
obeyed()
{
	damaged
	patch /other 'at = entry(b"third") + 8; block[at:at + 5] = '"b\"$2\""
	look
	same "nothing that a terminal obeys: $1" "/other/$3 null" \
		"$(owner "$third")"
	check "... in the text: $1" \
		grep -qF "/other/$3" <("$EXT4BMCHECK" --paths "$image")
	LC_ALL=C.UTF-8 "$EXT4BMCHECK" --paths --table -o OWNERS "$image" \
		>"$work/text" 2>&1
	same "... in a table: $1" "" "$(python3 - "$work/text" <<-'END'
	import sys, unicodedata
	for c in open(sys.argv[1], encoding="utf-8").read():
	    if c != "\n" and unicodedata.category(c) in ("Cc", "Cf"):
	        print("U+%04X" % ord(c))
	END
	)"
}
obeyed U+009B 'a\xc2\x9bbc' 'a\xc2\x9bbc'
obeyed "byte 0x9b" 'ab\x9bcd' 'ab\x9bcd'
obeyed U+202E 'a\xe2\x80\xaeb' 'a\xe2\x80\xaeb'

# written NAME BYTES TEXT TABLE RAW PAIRS: how a name is written by JSON and the
# report, and by the three forms of a table.
written()
{
	local name=$1 bytes form got
	bytes=$(printf '%s' "$2" | od -An -tx1)
	damaged
	patch /other "at = entry(b'third') + 8
block[at:at + 5] = bytes.fromhex('$bytes')"
	look
	got=$(owner "$third")
	got=${got% null}
	same "$1: in JSON" "/other/$3" "$got"
	same "$1: the same by printf" "/other/$2" "$(printf '%b' "$got")"
	same "$1: in the report" "/other/$3" \
		"$("$EXT4BMCHECK" --paths "$image" |
			sed -n "s/ *owned by inode $third, regular file //p")"
	shift 3
	for form in --table --raw --pairs; do
		same "$name: with $form" "/other/$1" "$("$EXT4BMCHECK" \
			--paths "$form" -o OWNERS "$image" |
			grep -o '/other/[^,]*' | head -1)"
		shift
	done
}
written "a newline" $'a\nb\nc' \
	'a\x0ab\x0ac' 'a\x0ab\x0ac' 'a\x0ab\x0ac' 'a\x0ab\x0ac'
written "a backslash" 'a\nbc' 'a\x5cnbc' 'a\nbc' 'a\x5cnbc' 'a\x5cnbc'
written "what looks escaped" '\x0ab' \
	'\x5cx0ab' '\x5cx0ab' '\x5cx0ab' '\x5cx0ab'
written "a quote" 'a "b$' 'a "b$' 'a "b$' 'a\x20"b$' 'a \x22b\x24'

damaged
patch /other 'at = entry(b"third") + 8; block[at:at + 5] = b"/etc/"'
look
same "a path in a name" "/other/?etc? null" "$(owner "$third")"

damaged
patch /other 'struct.pack_into("<I", block, entry(b"third"), 0)'
look
same "no name at all" "null none" "$(owner "$third")"
same "... and said" 1 "$("$EXT4BMCHECK" --paths "$image" |
	grep -c "inode $third, regular file (no name)")"

# The inode of the directory itself is wiped: names in it are lost.
damaged
printf 'sif <%s> mode 0100644\n' "$c" |
	debugfs -w -f - "$image" >/dev/null 2>&1
look
same "no directory any more: no name" "null none" "$(owner "$file")"

# --- who has no name, and the journal

test_deleted()
{
	local holder
	rm -f "$image"
	mke2fs -q -F -t ext4 -b 1024 "$image" 48M >/dev/null 2>&1
	mount -o loop "$image" "$work/mnt" || exit 99
	head -c 30000 /dev/zero >"$work/mnt/open"
	tail -f "$work/mnt/open" >/dev/null 2>&1 &
	holder=$!
	until find "/proc/$holder/fd" -lname "$work/mnt/*" | grep -q .; do
		sleep 0.1
	done
	rm "$work/mnt/open"
	sync -f "$work/mnt"
	cp --sparse=always "$image" "$work/copy"
	kill "$holder"
	wait "$holder" 2>/dev/null
	unmount_wait "$work/mnt" || exit 99
	check_json --paths "$work/copy"
	same "deleted while open: no name, and why" "null deleted" \
		"$(jq -r '[.findings[].owners // [] | .[] |
			"\(.path) \(.nameless)"] | unique[]' <<<"$json")"
	same "... and said" yes "$("$EXT4BMCHECK" --paths "$work/copy" |
		grep -q '(no name: deleted, was still open)' && echo yes)"
}

# Two files share a cluster; that one of them was renamed is in the journal
# only: its two directories as they are after that.
test_journal()
{
	local inode block blocks=
	rm -f "$image"
	mke2fs -q -F -t ext4 -b 1024 "$image" 48M >/dev/null 2>&1
	head -c 1000 /dev/urandom >"$work/data"
	printf '%s\n' "write $work/data two" "mkdir /new" "mkdir /old" \
		"cd /old" "write $work/data one" |
		debugfs -w -f - "$image" >/dev/null 2>&1
	inode=$(inode_of "$image" /two)
	"$EXT4BMFIXTURE" --set-inode \
		"$inode:block-5=$(debugfs -R 'bmap /old/one 0' "$image" \
			2>/dev/null)" "$image" >/dev/null 2>&1
	cp "$image" "$work/copy"
	printf '%s\n' "cd /new" "ln <$inode> renamed" "cd /" "unlink two" |
		debugfs -w -f - "$work/copy" >/dev/null 2>&1
	: >"$work/logged"
	for block in $(debugfs -R 'bmap / 0' "$image" 2>/dev/null) \
			$(debugfs -R 'bmap /new 0' "$image" 2>/dev/null); do
		dd if="$work/copy" bs=1024 skip="$block" count=1 2>/dev/null \
			>>"$work/logged"
		blocks=$blocks,$block
	done
	printf '%s\n' "jo -c" "jw -b ${blocks#,} $work/logged" jc |
		debugfs -w -f - "$image" >/dev/null 2>&1
	check_json --paths "$image"
	same "a rename in the journal" "replayed /new/renamed null" \
		"$(jq -r .summary.journal.state <<<"$json") $(owner "$inode")"
	check_json --paths --journal=ignore "$image"
	same "a rename in the journal, ignored" "/two null" "$(owner "$inode")"
}
if can_mount; then
	test_deleted
else
	cannot "deleted files" "no loop mounts"
fi
test_journal

# --- the last stage of the race

rm -f "$image"
"$EXT4BMFIXTURE" --recipe double-allocation "$image" >/dev/null
check_json --paths "$image"
same "double-allocation: both names and what they share" \
	'/first [0,12] [2867201,2867213]
/second [0,12] [2867201,2867213]' "$(printf '%s' "$json" | jq -r '.findings[] |
	select(.code == "cluster-shared") | .owners[] |
	"\(.path) \(.logical | tojson) \(.blocks | tojson)"')"
same "double-allocation: in the text" "          owned by inode 13, regular file /first: its blocks 0-12, at blocks 2867201-2867213
          owned by inode 14, regular file /second: its blocks 0-12, at blocks 2867201-2867213" \
	"$("$EXT4BMCHECK" --owners --paths "$image" | grep owned)"
check_json --owners=suspects --paths "$image"
same "--owners=suspects --paths" "suspects /first" \
	"$(printf '%s' "$json" | jq -r '"\(.summary.owners.of) " +
		([.findings[].owners // [] | .[].path] | .[0])')"
same "double-allocation: in the table" "cluster-shared /first, /second" \
	"$("$EXT4BMCHECK" --paths --table -o CODE,OWNERS "$image" |
	grep shared | tr -s " ")"
same "... a column without being asked for" "OWNERS" "$("$EXT4BMCHECK" \
	--owners --raw "$image" | head -1 | cut -d' ' -f9)"
check_json --owners "$image"
same "without --paths there is none" "null null" "$(owner 13)"
done_testing
