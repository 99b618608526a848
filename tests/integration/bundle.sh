#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bundle.sh --- bundles of unmounted filesystems (--capture, --replay)
#
# What is checked from a bundle must come out as it did when it was made, with
# nothing different but names; a bundle has nothing in it that it should not
# have; and what is no whole bundle is refused with words.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"
need jq tar zstd mke2fs debugfs

image=$work/image
bundle=$work/bundle

# A report without the names that a bundle does not have (ext4bm-bundle(5)).
nameless()
{
	jq -S 'del(.target.name, .target.device, .target.mountpoint,
		.target.bundle, .geometry.label) |
		if .geometry.mmp_host then
			.geometry.mmp_host = "HOST"
		else . end |
		.summary.advice |=
			map(sub("names host [^ ]+"; "names host HOST"))'
}

# same_again NAME [OPTION]...: $image, captured and checked again.
same_again()
{
	local name=$1 first second
	shift
	rm -f "$bundle"
	check_json "$@" --capture "$bundle" "$image"
	first=$status
	nameless <<<"$json" >"$work/first"
	check_json --replay "$bundle"
	second=$status
	nameless <<<"$json" >"$work/second"
	same "$name: same exit status" "$first" "$second"
	check "$name: same report" diff -u "$work/first" "$work/second"
}

# --- the same result

"$EXT4BMFIXTURE" --list --json-lines >"$work/recipes"
while IFS=$'\t' read -r name backups; do
	rm -f "$image"
	"$EXT4BMFIXTURE" --recipe "$name" "$image" || continue
	option=
	[ "$backups" = false ] || option=--backups
	same_again "$name" ${option:+"$option"}
done < <(jq -r 'select(.refused | not) |
	[.name, (.expect | index("gd-backup") != null)] | @tsv' "$work/recipes")

# --- what is in it

rm -f "$image" "$bundle"
mke2fs -q -F -t ext4 -L secret-label -M /secret/mount "$image" 64M
echo "secret contents $(seq 1000)" >"$work/secret-file"
debugfs -w -R "write $work/secret-file secret-file" "$image" >/dev/null 2>&1
check_json --capture "$bundle" "$image"
same "a plain filesystem: exit status" 0 "$status"
same "mode of a bundle" 600 "$(stat -c %a "$bundle")"
check "tar unpacks it" tar -C "$work" --one-top-level=unpacked -xf "$bundle"
same "nothing secret is in it" "" "$(grep -rl secret "$work/unpacked")"
check "its manifest can be read" grep -qx "ext4bm-bundle 1" \
	"$work/unpacked/ext4bm-bundle"
same "the label is left out" "" "$("$EXT4BMCHECK" --json --replay "$bundle" |
	jq -r .geometry.label)"
same "the kernel's release is told" "$(uname -r) $(uname -m)" \
	"$("$EXT4BMCHECK" --json --replay "$bundle" |
		jq -r .target.bundle.kernel)"

# An empty filesystem of 1 TiB has hardly anything to tell.
rm -f "$image" "$bundle"
mke2fs -q -F -t ext4 -E lazy_itable_init=1,nodiscard -O ^has_journal \
	"$image" 1T
check_json --capture "$bundle" "$image"
check "1 TiB, empty: below 400 KB" test "$(stat -c %s "$bundle")" -lt 400000
same_again "1 TiB, empty"

# --- packed by somebody else

rm -f "$image" "$bundle"
"$EXT4BMFIXTURE" --recipe folio-migration "$image"
check_json --capture "$bundle" "$image"
wanted=$(nameless <<<"$json")

# replays NAME FILE
replays()
{
	check_json --replay "$2"
	same "$1: exit status" 4 "$status"
	same "$1: same report" "$wanted" "$(nameless <<<"$json")"
}

zstd -qdc <"$bundle" >"$work/plain.tar"
replays "unpacked by zstd" "$work/plain.tar"
mkdir "$work/again"
tar -C "$work/again" -xf "$bundle"
echo "not ours" >"$work/again/zz-notes"
(cd "$work/again" && find . -type f ! -name ext4bm-bundle | sort |
	tar -cf - ./ext4bm-bundle -T - | zstd -q -19 >"$work/again.tar.zst")
replays "packed by GNU tar" "$work/again.tar.zst"

# --- where it is written

# refuses NAME STATUS PATTERN ARGUMENT...
refuses()
{
	local name=$1 wanted=$2 pattern=$3
	shift 3
	"$EXT4BMCHECK" "$@" >"$work/out" 2>"$work/err"
	same "$name: exit status" "$wanted" $?
	check "$name: says why" grep -qe "$pattern" "$work/err"
}

echo precious >"$work/precious"
refuses "over a file" 8 "only written to a new file" \
	--capture "$work/precious" "$image"
same "over a file: it is as it was" precious "$(cat "$work/precious")"
ln -s "$work/nowhere" "$work/link"
refuses "over a link" 8 "only written to a new file" \
	--capture "$work/link" "$image"
refuses "over a device" 8 "only written to a new file" \
	--capture /dev/null "$image"
refuses "no such folder" 8 "No such file" \
	--capture "$work/none/bundle" "$image"
refuses "of nothing" 8 "No such device" \
	--capture "$work/other" "$work/nothing"
e2image "$image" "$work/e2i" 2>/dev/null
refuses "of an e2image file" 8 "another kind" \
	--capture "$work/other" "$work/e2i"
check "nothing is left of them" test ! -e "$work/other"
same "no temporary file is left" "" "$(find "$work" -mindepth 1 \
	-name '*.??????')"
refuses "some groups only" 16 "exclude" -g 1 --capture "$work/other" "$image"
refuses "a replay of a device" 16 "takes no device" \
	--replay "$bundle" "$image"
refuses "a replay that is live" 16 "exclude" --live --replay "$bundle"

# --- what is no bundle

cp "$bundle" "$work/short"
size=$(stat -c %s "$bundle")
for length in 0 1 3 4 100 $((size / 2)) $((size - 1)); do
	truncate -s "$length" "$work/short"
	refuses "cut to $length bytes" 8 "completely?" --replay "$work/short"
	cp "$bundle" "$work/short"
done
refuses "an image" 8 "Is not a bundle" --replay "$image"
refuses "a text" 8 "Is not a bundle" --replay "$0"
refuses "a folder" 8 "directory" --replay "$work"
refuses "nothing there" 8 "No such" --replay "$work/nothing"
tar -C "$work/again" -cf "$work/foreign.tar" zz-notes
refuses "another archive" 8 "Is not a bundle" --replay "$work/foreign.tar"

(cd "$work/again" && tar -cf "$work/twice.tar" ext4bm-bundle blocks &&
	tar -rf "$work/twice.tar" blocks)
refuses "a member twice" 8 "is damaged" --replay "$work/twice.tar"
(cd "$work/again" && tar -cf "$work/twice.tar" ext4bm-bundle)
refuses "a member missing" 8 "is damaged" --replay "$work/twice.tar"

# changed NAME MEMBER SED-COMMAND PATTERN: a bundle with that in one member.
changed()
{
	rm -rf "$work/changed"
	cp -r "$work/again" "$work/changed"
	sed -i "$3" "$work/changed/$2"
	(cd "$work/changed" && find . -type f ! -name ext4bm-bundle |
		tar -cf "$work/changed.tar" ./ext4bm-bundle -T -)
	refuses "$1" 8 "$4" --replay "$work/changed.tar"
}

changed "a newer version" ext4bm-bundle '1s/1$/2/' "newer version"
changed "a line missing" ext4bm-bundle '/^size /d' "is damaged"
changed "not a block size" ext4bm-bundle 's/^block-size.*/block-size 77/' \
	"is damaged"
changed "not a list of blocks" blocks '1s/.*/x/' "is damaged"
changed "more blocks than there are" blocks '1s/.*/0 99999999 zeros/' \
	"larger than any"
changed "a superblock too short" superblock '1s/^.//' "is damaged"

# Blocks that are not in it were not read: that is no drift, and not clean.
rm -rf "$work/changed"
cp -r "$work/again" "$work/changed"
sed -i '/^286 /d' "$work/changed/blocks"
(cd "$work/changed" && find . -type f ! -name ext4bm-bundle |
	tar -cf "$work/changed.tar" ./ext4bm-bundle -T -)
check_json --replay "$work/changed.tar"
bit "$status" 8
same "a block missing: operational" 0 $?
same "a block missing: named" "inode-bitmap-unreadable 0" \
	"$(json_codes | grep unreadable)"

# Claims of size are believed only as far as they go.
python3 - "$work/bomb.tar" <<'PYTHON'
import io, sys, tarfile
with open(sys.argv[1], "wb") as out:
    for name, size in (("ext4bm-bundle", 0), ("pages", (1 << 33) - 1),
                       ("blocks", (1 << 33) - 1)):
        info = tarfile.TarInfo(name)
        info.size = size
        out.write(info.tobuf(tarfile.USTAR_FORMAT))
PYTHON
refuses "too large" 8 "larger than any" --replay "$work/bomb.tar"
done_testing
