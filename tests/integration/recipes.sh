#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# recipes.sh --- each named kind of damage is reported as what it is
#
# For every recipe of the generator the checker must report the codes that the
# recipe expects and no others, with --owners those that only owners show as
# well, exit with the bits that follow from them, and print the same JSON as
# ever: that in fixtures/golden. After a change that is
# meant, UPDATE_GOLDEN=1 writes those files anew; read the difference.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"
need jq

golden=$srcdir/fixtures/golden
image=$work/image

# What depends on this run and not on the image: its path, and versions.
normalise()
{
	printf '%s' "$json" | jq -S --arg image "$image" '
		walk(if . == $image then "IMAGE" else . end) |
		.ext4bmcheck.version = "VERSION" |
		del(.. | .libext2fs?)'
}

codes()
{
	printf '%s' "$json" | jq -r '[.findings[].code] | unique | join(" ")'
}

# A filesystem that must not be checked at all.
test_refused()
{
	local name=$1
	check_json "$image"
	bit "$status" 24
	result $? "$name: is refused (status $status)"
	bit "$status" 4
	same "$name: is not called drift" 1 $?
	check "$name: is told why" test -s "$work/stderr"
}

# test_checked NAME CODES MOVED: MOVED is true when the recipe changes a place
# in the primary table, with which its copies then rightly disagree.
test_checked()
{
	local name=$1 wanted=$2 moved=$3 option=
	case $wanted in
	*gd-backup*) option=--backups ;;
	esac
	check_json $option "$image"
	same "$name: codes" "$wanted" "$(codes)"
	same "$name: same exit status inside" "$status" \
		"$(printf '%s' "$json" | jq -r .exit)"
	test_golden "$name" "$golden/$name.json"
	if [ "$option" ]; then
		check_json "$image"
		same "$name: only with --backups" \
			"${wanted/gd-backup/}" "$(codes)"
		return
	fi
	[ "$moved" = true ] && wanted="$wanted gd-backup"
	check_json --backups "$image"
	same "$name: codes with --backups" \
		"$(tr ' ' '\n' <<<"$wanted" | sort)" "$(codes | tr ' ' '\n')"
}

# test_owned NAME CODES OWNED: what only the owners show.
test_owned()
{
	local name=$1 wanted
	wanted=$(tr -s ' ' '\n' <<<"$2 $3" | sed '/^$/d' | sort | paste -sd' ')
	check_json --owners "$image"
	same "$name: codes with --owners" "$wanted" "$(codes)"
	same "$name: same exit status inside, with --owners" "$status" \
		"$(printf '%s' "$json" | jq -r .exit)"
	[ -z "$3" ] || test_golden "$name-owners" "$golden/$name-owners.json"
}

"$EXT4BMFIXTURE" --list --json-lines >"$work/recipes"
while IFS=$'\t' read -r name refused moved expect owned; do
	rm -f "$image"
	check "$name: is made" "$EXT4BMFIXTURE" --recipe "$name" "$image"
	if [ "$refused" = true ]; then
		test_refused "$name"
	else
		expect=${expect#-} owned=${owned#-}
		test_checked "$name" "$expect" "$moved"
		test_owned "$name" "${expect/gd-backup/}" "$owned"
	fi
done < <(jq -r '[.name, .refused,
	any(.edits[]; test("^set gd-(block|inode)-(bitmap|table)=")),
	(.expect, .owned | sort | join(" ") | "-" + .)] | @tsv' \
	"$work/recipes")

# A golden file that no recipe leads to is a recipe that was lost.
for file in "$golden"/*.json; do
	name=$(basename "$file" .json)
	name=${name%-owners}
	# shellcheck disable=SC2016 # the name is jq's
	check "$name: golden file has a recipe" \
		jq -es --arg name "$name" 'any(.[]; .name == $name)' \
		"$work/recipes"
done
done_testing
