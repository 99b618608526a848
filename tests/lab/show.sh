#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# show.sh --- ext4bmlab shows what it promises, also to a pipe

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
need linux.uml busybox cpio setsid ps dumpe2fs e2fsck

bash "$srcdir/lab/ext4bmlab" >"$work/out" 2>"$work/err"
same "exit status" 0 "$?"
same "nothing on stderr" "" "$(cat "$work/err")"

# shows DESCRIPTION TEXT...: lines that begin so, in this order.
shows()
{
	local what=$1 from=0 line
	shift
	for line; do
		from=$(awk -v from="$from" -v line="$line" '
			NR > from && index($0, line) { print NR; exit }' \
			"$work/out")
		[ -n "$from" ] || break
	done
	check "$what" test -n "$from"
	[ -n "$from" ] || diag "$(cat "$work/out")"
}

bits()
{
	printf "%s%s%s" "$(printf "%024d" 0 | tr 0 .)" "$1" \
		"$(printf "%027d" 0 | tr 0 .)"
}

shows "it says what is real and what is staged" "  real " "  staged "
shows "the views agree, and then the buddy is another" \
	"buddy      8179 free  $(bits "#############")" \
	"staged: the update that took them is lost" \
	"counters   8179 free" "buddy      8192 free  $(bits ".............")" \
	"cache      8179 free  $(bits "#############")" \
	"disk       8179 free  $(bits "#############")"
shows "the kernel is silent, the checker is not" "the kernel says: nothing" \
	"ext4bmcheck --live: DRIFT in memory only" "the kernel says: nothing"
shows "two files share blocks in the end" "--owners: DRIFT: group 350: 13" \
	"share blocks: /fill1300 /victim"
check "no color in a pipe" test -z "$(tr -dc '\033' <"$work/out")"
done_testing
