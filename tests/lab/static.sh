#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# static.sh --- the static program is one file that needs nothing beside it
#
# In a folder that holds it and an image, as root of the file system, it says
# what the ordinary program says.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
: "${EXT4BMCHECK_STATIC:=../checker/ext4bmcheck.static}"
need readelf unshare

root=$work/root
mkdir "$root"
cp "$EXT4BMCHECK_STATIC" "$root/ext4bmcheck"
"$EXT4BMFIXTURE" --recipe clean "$root/clean.img"
"$EXT4BMFIXTURE" --recipe folio-migration "$root/drift.img"

# inside ARGUMENT...: the static program, where there is nothing else.
inside()
{
	if [ "$(id -u)" -eq 0 ]; then
		chroot "$root" /ext4bmcheck "$@"
	else
		unshare --user --map-root-user --root="$root" /ext4bmcheck "$@"
	fi
}

same "it has no interpreter and no needed libraries" "" \
	"$(readelf -ld "$root/ext4bmcheck" | grep -E 'INTERP|NEEDED')"
check "it is smaller than 3 MiB" \
	test "$(stat -c %s "$root/ext4bmcheck")" -lt $((3 << 20))
diag "$(stat -c %s "$root/ext4bmcheck") bytes"
if [ "$(id -u)" -ne 0 ] && ! unshare --user --map-root-user true; then
	cannot "in an empty root" "needs root or user namespaces"
	done_testing
fi
for image in clean drift; do
	for option in --json --verbose; do
		wanted=$(cd "$root" && "$EXT4BMCHECK" "$option" $image.img 2>&1)
		wanted_status=$?
		got=$(inside "$option" $image.img 2>&1)
		same "$image, $option: exit status" "$wanted_status" "$?"
		same "$image, $option: says the same" "$wanted" "$got"
	done
done
inside --table drift.img >"$work/out" 2>"$work/err"
same "tables are refused" 16 "$?"
check "and what has their contents is named" grep -qe --json "$work/err"
done_testing
