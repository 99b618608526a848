# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# recovered.sh --- is a journal replayed in memory as it is by a real recovery?
#
# Sourced. What the checker sees of an image must be, block by block, what
# e2fsck makes of a copy of it; only the two superblocks may differ, which
# recovery brings up to date. $bs is the block size, $image the image.
# shellcheck disable=SC2034,SC2154 # from harness.sh and for whoever sources it

: "${LAID:=./integration/laid}"
LAID=$(cd "$(dirname "$LAID")" && pwd)/laid
need mke2fs debugfs e2fsck dumpe2fs jq cmp sha256sum

block_size_of()
{
	dumpe2fs -h "$1" 2>/dev/null | awk '/^Block size/ { print $3 }'
}

# differing A B: blocks in which two images differ, in order.
differing()
{
	cmp -l "$1" "$2" | awk -v size="$bs" '
		{ block = int(($1 - 1) / size) }
		NR == 1 || block != last { print block; last = block }'
}

# block IMAGE NUMBER: its bytes.
block()
{
	dd if="$1" bs="$bs" skip="$2" count=1 status=none
}

# Where the two superblocks are that recovery brings up to date.
superblocks()
{
	echo $((1024 / bs))
	debugfs -c -R "bmap <8> 0" "$1" 2>/dev/null
}

journal_of()
{
	jq -r ".summary.journal.$1" <<<"$json"
}

# facts: what was found, but for totals, which recovery leaves behind, and what
# belongs to deleted files, which it releases.
facts()
{
	jq -c '[.findings[] | select(.explained != "orphans") |
		select(.code | startswith("sb-") or startswith("journal-") |
		not) | [.code, .group, .stored, .counted]]' <<<"$json"
}

# as_recovered NAME [JOURNAL]: what is seen of $image is what e2fsck makes of
# a copy, owners and all; fills $json, $status with the report on $image and
# $after with the findings on the copy.
as_recovered()
{
	local name=$1 option=() emptied=() rest
	shift
	rm -f "$work/copy" "$work/seen"
	cp --sparse=always "$image" "$work/copy"
	if [ $# -gt 0 ]; then
		cp "$1" "$work/emptied"
		option=(-j "$1")
		emptied=(-j "$work/emptied")
	fi
	e2fsck -y -E journal_only "${emptied[@]}" "$work/copy" \
		>"$work/e2fsck" 2>&1
	check_json --owners "$work/copy"
	after=$(facts)
	before=$(sha256sum <"$image")
	check_json --owners "${option[@]}" "$image"
	same "$name: findings as in the recovered copy" "$after" "$(facts)"
	"$LAID" "$image" "$work/seen" "$@"
	rest=$(differing "$work/seen" "$work/copy" |
		grep -vxF "$(superblocks "$image")")
	same "$name: seen as recovered, block by block" "" "$rest"
	same "$name: the image is untouched" "$before" "$(sha256sum <"$image")"
}

