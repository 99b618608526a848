#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# replays.sh --- each named state of a running kernel is reported as what it is
#
# As recipes.sh does for images: the bundle of each recipe leads to the codes
# that it expects and no others, and to the same JSON as ever, that in
# fixtures/golden/bundles. UPDATE_GOLDEN=1 writes those files anew.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"
need jq tar

golden=$srcdir/fixtures/golden/bundles
bundle=$work/bundle

normalise()
{
	printf '%s' "$json" | jq -S --arg bundle "$bundle" '
		walk(if . == $bundle then "BUNDLE" else . end) |
		.ext4bmcheck.version = "VERSION" |
		.target.bundle.program = "PROGRAM"'
}

test_bundle()
{
	local name=$1 expect=$2 wanted=0
	rm -f "$bundle"
	check "$name: is made" "$EXT4BMFIXTURE" --bundle "$name" "$bundle"
	check_json -v --replay "$bundle"
	[ -z "$expect" ] || wanted=4
	same "$name: exit status" "$wanted" "$status"
	same "$name: codes of drift" "$expect" "$(jq -r '[.findings[] |
		select(.explained == "none") | .code] | unique | join(" ")' \
		<<<"$json")"
	test_golden "$name" "$golden/$name.json"
	cp "$bundle" "$work/first"
	rm "$bundle"
	"$EXT4BMFIXTURE" --bundle "$name" "$bundle"
	check "$name: the same bytes again" cmp "$work/first" "$bundle"
}

while IFS=$'\t' read -r name expect; do
	test_bundle "$name" "$expect"
	case $name in
	folio-migration)
		same "$name: counters and buddy" "350 8179 8192" \
			"$(json_rows buddy-free-clusters)"
		same "$name: 13 clusters" "350 0 13" \
			"$(json_rows buddy-lost-update)"
		check "$name: the counters as text" grep -q \
			'^#350 *: 8179 ' <(tar -xOf "$bundle" mb_groups.1)
		check "$name: the verdict says memory only" grep -q \
			"DRIFT in memory only" <(jq -r .summary.text <<<"$json")
		"$EXT4BMCHECK" --replay "$bundle" --max-findings 1 \
			>"$work/out" 2>"$work/err"
		same "$name: a limit is refused" "16 0" \
			"$? $(wc -c <"$work/out")"
		check "$name: and why" grep -q "all findings are kept" \
			"$work/err"
		;;
	double-check)
		same "$name: it moved, and went away" 1 \
			"$(jq .summary.live.transient <<<"$json")"
		;;&
	double-check|preallocation)
		same "$name: explained" "counters-below-descriptor" \
			"$(jq -r '[.findings[] |
				select(.verdict == "explained") | .code] |
				unique | .[]' <<<"$json")"
		;;
	blind-spot)
		check "$name: clean, but what cannot be seen is said" \
			grep -q "first free hint" \
			<(jq -r '.summary.unchecked[] |
				select(.code == "buddy-free-clusters") |
				.reason' <<<"$json")
		;;
	esac
done < <("$EXT4BMFIXTURE" --bundles --json-lines |
	jq -r '[.name, (.expect | sort | join(" "))] | @tsv')

for file in "$golden"/*.json; do
	name=$(basename "$file" .json)
	check "$name: golden file has a recipe" grep -q "\"name\":\"$name\"" \
		<("$EXT4BMFIXTURE" --bundles --json-lines)
done
"$EXT4BMFIXTURE" --bundle blind-spot "$bundle" >"$work/out" 2>"$work/err"
same "over a bundle: refused" 8 $?
"$EXT4BMFIXTURE" --bundle nothing "$work/other" >"$work/out" 2>"$work/err"
same "no such bundle: usage error" 16 $?
"$EXT4BMFIXTURE" --bundle blind-spot --set gd-free=1:1 "$work/other" \
	>"$work/out" 2>"$work/err"
same "a bundle that is edited: usage error" 16 $?
check "no image is left" test -z "$(find "$work" -name '*.??????' -type f)"
done_testing
