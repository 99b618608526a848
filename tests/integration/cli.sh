#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# cli.sh --- the command line: options, messages, outputs, exit codes
#
# What a report says about a filesystem is tested elsewhere; here it is how
# the program is asked and in which form it answers. One image with drift and
# one without are enough for that.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"
need jq

man=$srcdir/../man/ext4bmcheck.8
clean=$work/clean.img
drift=$work/drift.img
unset NO_COLOR E2FSPROGS_SKIP_PROGRESS

# run ARGUMENT...: fills $status, $out and $err.
run()
{
	"$EXT4BMCHECK" "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
	out=$(cat "$work/out")
	err=$(cat "$work/err")
}

# Only the data of a sparse file, with its times.
fingerprint()
{
	tar -C "$work" -S -cf - "$(basename "$1")" | sha256sum
}

# gives STATUS PATTERN ARGUMENT...: the exit code, and a line on stderr.
gives()
{
	local wanted=$1 pattern=$2
	shift 2
	run "$@"
	if [ "$status" -eq "$wanted" ] && grep -qe "$pattern" <<<"$err"; then
		result 0 "${*//$work\//}: $wanted"
	else
		result 1 "${*//$work\//}: $wanted"
		diag "status $status, wanted $wanted, and \"$pattern\" in:" \
			"$err"
	fi
}

make_images()
{
	check "a clean image can be made" \
		"$EXT4BMFIXTURE" --recipe clean "$clean"
	check "a drifted image can be made" \
		"$EXT4BMFIXTURE" --recipe folio-migration "$drift"
	# What --mb-groups and --proc-root want: a group, counted by the kernel.
	mkdir -p "$work/root/proc/fs/ext4/clean.img"
	echo "#0: 0 0 0 [ 0 0 0 0 0 0 0 0 0 0 0 0 0 0 ]" >"$work/counters"
	cp "$work/counters" "$work/root/proc/fs/ext4/clean.img/mb_groups"
	clean_before=$(fingerprint "$clean")
	drift_before=$(fingerprint "$drift")
}

# --- options: help, manual page and program say the same

help_options()
{
	"$EXT4BMCHECK" --help | sed -n '/^  *-/p' |
		sed 's/^ *//; s/  .*also -?.*/, -?/; s/  .*//' |
		grep -oe '--*[a-zA-Z?][a-z-]*' | sort -u
}

man_options()
{
	sed -n '/^\.SH OPTIONS/,/^\.SH "JSON/p' "$man" |
		awk '/^\.TP/ { getline; print }' | sed 's/\\-/-/g' |
		grep -oe '--*[a-zA-Z?][a-z-]*' | sort -u
}

# The argument that makes an option acceptable.
sample_argument()
{
	case $1 in
	-b|--superblock) echo 0 ;;
	-B|--blocksize) echo 4096 ;;
	-C|--progress) echo 0 ;;
	-g|--groups) echo 0 ;;
	-o|--output) echo GROUP ;;
	-j|--journal-device) echo /dev/null ;;
	--exit-on) echo drift ;;
	--capture) echo "$work/captured" ;;
	--journal) echo overlay ;;
	--mb-groups) echo "$work/counters" ;;
	--proc-root) echo "$work/root" ;;
	--max-findings|--threads|--settle) echo 1 ;;
	esac
}

test_options()
{
	local option argument
	same "--help and the manual page list the same options" \
		"$(help_options)" "$(man_options)"
	for option in $(man_options); do
		argument=$(sample_argument "$option")
		case $option in
		-h|-\?|-V|--help|--version|--explain)
			run "$option" ;;
		--replay)
			run "$option" "$work/captured" ;;
		# What else is mounted here is no business of this test.
		--all|--allow-kernel-load|--disk-view|--freeze|--live|\
		--settle|--watch)
			run --live "$option" ${argument:+"$argument"} --help ;;
		--klog)	run "$option=-" ;;
		--no-look)
			run --klog=- "$option" ;;
		*)	run "$option" ${argument:+"$argument"} "$clean" ;;
		esac
		same "$option is accepted" 0 "$status"
		[ "$status" -eq 0 ] || diag "$out" "$err"
	done
	test_lint "$man"
}

test_about()
{
	run -V
	check "-V says its name and version on stderr" \
		grep -Eqx 'ext4bmcheck [0-9.]+' "$work/err"
	check "-V says which library it uses" \
		grep -Eq '^	Using .*[0-9]' "$work/err"
	same "-V exits with 0 and prints nothing on stdout" "0 " "$status $out"
	run --help
	same "--help goes to stdout, exit 0" "0 " "$status $err"
	run -v "$clean"
	check "-v starts with a banner" grep -q '^ext4bmcheck [0-9]' "$work/err"
	run "$clean"
	same "without -v there is none" "" "$err"
}

test_usage()
{
	local hint="^Try 'ext4bmcheck --help'"
	gives 16 "^Usage: ext4bmcheck \[options\] device"
	gives 16 "^Usage: ext4bmcheck \[options\] device" "$clean" "$drift"
	gives 16 "$hint" --no-such-option "$clean"
	gives 16 "$hint" -Z "$clean"
	gives 16 "$hint" -b
	gives 16 "takes no argument" --table=1 "$clean"
	gives 16 'Invalid non-numeric argument to -b ("abc")' -b abc "$clean"
	gives 16 'Invalid non-numeric argument to -B ("")' -B '' "$clean"
	gives 16 'Invalid non-numeric argument to -C ("x")' -C x "$clean"
	gives 16 'to --threads ("-1")' --threads -1 "$clean"
	gives 16 'out of range' --threads 0 "$clean"
	gives 16 'power of two' -B 3000 "$clean"
	gives 16 'file descriptor 77' -C 77 "$clean"
	gives 16 'Invalid argument to --color ("pink")' --color=pink "$clean"
	gives 16 'Invalid argument to --json ("xml")' --json=xml "$clean"
	gives 16 'Invalid argument to --exit-on ("x")' --exit-on x "$clean"
	gives 16 'exclude each other' --json --table "$clean"
	gives 16 'exclude each other' -q -v "$clean"
	gives 16 'exclude each other' --capture "$work/captured" --paths \
		"$clean"
	gives 16 'exclude each other' --raw --pairs "$clean"
	gives 16 'ext4bmcheck never repairs; use e2fsck' -p "$clean"
	gives 16 'ext4bmcheck never repairs; use e2fsck' -y "$clean"
	gives 16 'ext4bmcheck never repairs; use e2fsck' -a "$clean"
	gives 16 'exclude each other' --live --backups "$clean"
	gives 16 'list of groups is about one' --live --all -g 1
	gives 16 'list of groups is about one' --live -g 1 / /tmp
	gives 16 'exclude each other' --live --all --table
	gives 16 'needs --live' --all
	gives 16 'needs --live' --watch "$clean"
	gives 16 'needs --live' --freeze "$clean"
	gives 16 'needs --live' --disk-view "$clean"
	gives 16 'needs --live' --settle 5 "$clean"
	gives 16 'needs --live' --allow-kernel-load "$clean"
	gives 16 'exclude each other' --live --max-findings 5 "$clean"
	gives 16 'exclude each other' --replay "$clean" --journal ignore
	gives 16 'exclude each other' --replay "$clean" --no-look
	gives 16 'exclude each other' --live --freeze --watch "$clean"
	gives 16 'exclude each other' --live --freeze --all
	gives 16 'Invalid non-numeric argument to --freeze ("x")' \
		--live --freeze=x "$clean"
	gives 16 'out of range' --live --freeze=0 "$clean"
	gives 16 'exclude each other' --live --watch --table "$clean"
	gives 16 'exclude each other' --live --watch -t "$clean"
	gives 16 'Invalid non-numeric argument to --watch ("1s")' \
		--live --watch=1s "$clean"
	gives 16 'out of range' --live --watch=0 "$clean"
	gives 16 'takes no device' --live --all "$clean"
	gives 16 'needs a device or a mount point' --live
	gives 16 'follows an equals sign: --watch=5' --live --watch 5 "$clean"
	gives 16 'follows an equals sign: --freeze=3' --live --freeze 3 "$clean"
	gives 16 'about one file system' --live --raw "$clean" "$drift"
	gives 16 'Unknown column "PINK"' -o GROUP,PINK "$clean"
	gives 16 'There is no code "pink"' --explain pink
}

test_groups()
{
	local list
	for list in '' ',' '1,' ',1' 1,,2 a 1-a 1- -1 2-1 '1 2' 1:2 \
		99999999999 4294967295; do
		gives 16 'Invalid list of groups' -g "$list" "$clean"
	done
	gives 16 'while checking' -g 1000000 "$clean"
	check_json -g 350 "$drift"
	same "-g 350 looks at one group" "1 4 350" \
		"$(jq -r '[.summary.groups_wanted, .exit,
			([.findings[].group] | unique | .[])] |
			map(tostring) | join(" ")' <<<"$json")"
	check_json -g 9,1-3,2-4,5,9 "$drift"
	same "-g merges what overlaps" "6 0" \
		"$(jq -r '"\(.summary.groups_wanted) \(.exit)"' <<<"$json")"
}

# --- what cannot be opened

test_targets()
{
	: >"$work/empty"
	head -c 1048576 /dev/urandom >"$work/random"
	# the superblock and nothing behind it
	head -c 2048 "$clean" >"$work/short"
	if command -v qemu-img >/dev/null 2>&1; then
		qemu-img create -q -f qcow2 "$work/disk" 16M
	else
		{ printf 'QFI\373'; head -c 65536 /dev/zero; } >"$work/disk"
	fi
	gives 8 "Is a directory.* while trying to open $work\$" "$work"
	gives 8 "while trying to open $work/none\$" "$work/none"
	gives 8 "Holds no ext2, ext3 or ext4 superblock .*/empty\$" \
		"$work/empty"
	gives 8 "Holds no ext2, ext3 or ext4 superblock .*/random\$" \
		"$work/random"
	gives 8 "qemu-img convert" "$work/disk"
	gives 8 "while trying to open LABEL=no-such-label\$" \
		LABEL=no-such-label
	check_json "$work/short"
	same "a truncated image: reported, 8 and no drift" \
		"8 incomplete device-short" \
		"$status $(jq -r '"\(.summary.verdict) " +
			"\(.findings[0].code)"' <<<"$json")"
	"$EXT4BMFIXTURE" --recipe unknown-feature "$work/feature.img"
	gives 8 "Has features .*/feature.img\$" "$work/feature.img"
	run --force "$work/feature.img"
	check "--force opens it" bit "$((status ^ 16))" 16
}

test_errors_json()
{
	run --json "$work/none"
	same "an error is a JSON document too" "8 8 number string" \
		"$status $(jq -r '"\(.exit) \(.error.errno | type) " +
			"\(.error.text | type)"' <<<"$out")"
	run --json=lines "$work/none"
	same "and a JSON line" "1 error 8" \
		"$(wc -l <"$work/out") $(jq -r '"\(.type) \(.exit)"' \
			<<<"$out")"
}

# --- outputs

test_text()
{
	run "$clean"
	same "clean: exit 0" 0 "$status"
	check "the first line has the device and the verdict" \
		grep -q "^$clean: ." <(head -1 "$work/out")
	run "$drift"
	same "drift: exit 4" 4 "$status"
	check "a finding has severity, code and group in one line" \
		grep -Eq '^ +severe +gd-free-clusters +.*350' "$work/out"
	check "there is advice" grep -q '^Next:$' "$work/out"
	run -v "$drift"
	check "-v gives the ranges in blocks" \
		grep -Eq '^Each finding:$' "$work/out"
	run -q "$clean"
	same "-q says nothing if clean" "0  " "$status $out $err"
	run -q "$drift"
	same "-q gives one line otherwise" "4 1" \
		"$status $(wc -l <"$work/out")"
	run -t "$clean"
	check "-t gives times on stderr" \
		grep -Eq 'time: [0-9.]+/[0-9.]+/[0-9.]+' "$work/err"
	run -t "$drift"
	read_first=$(sed -n 's/^I.O read: \([0-9]*\)\.\([0-9]*\)MB.*/\1\2/p' \
		"$work/err")
	run -t --owners "$drift"
	read_then=$(sed -n 's/^I.O read: \([0-9]*\)\.\([0-9]*\)MB.*/\1\2/p' \
		"$work/err")
	check "-t counts what is read for owners" \
		test "$read_then" -gt "$read_first"
}

test_color()
{
	local escape=$'\033'
	run --color=auto "$drift"
	check "no colors if stdout is no terminal" \
		test "${out#*"$escape"}" = "$out"
	run --color=always "$drift"
	check "--color=always colors" test "${out#*"$escape"}" != "$out"
	run --color "$drift"
	check "--color alone too" test "${out#*"$escape"}" != "$out"
	if ! script -qec true /dev/null </dev/null >/dev/null 2>&1; then
		cannot "NO_COLOR on a terminal" "script(1) gets no terminal"
		return
	fi
	out=$(TERM=xterm script -qec "'$EXT4BMCHECK' '$drift'" /dev/null \
		</dev/null)
	check "colors on a terminal" test "${out#*"$escape"}" != "$out"
	out=$(TERM=xterm NO_COLOR=1 script -qec "'$EXT4BMCHECK' '$drift'" \
		/dev/null </dev/null)
	check "none with NO_COLOR" test "${out#*"$escape"}" = "$out"
	out=$(TERM=dumb script -qec "'$EXT4BMCHECK' '$drift'" /dev/null \
		</dev/null)
	check "none on a dumb terminal" test "${out#*"$escape"}" = "$out"
}

test_json()
{
	local image keys
	keys="ext4bmcheck target geometry views summary findings exit"
	for image in "$clean" "$drift"; do
		check_json "$image"
		same "--json has its keys: ${image##*/}" "$keys" \
			"$(jq -r 'keys_unsorted | join(" ")' <<<"$json")"
		same "--json exits with .exit: ${image##*/}" "$status" \
			"$(jq .exit <<<"$json")"
		same "the format has two numbers: ${image##*/}" "[1,0]" \
			"$(jq -c .ext4bmcheck.format <<<"$json")"
	done
	same "the finding is there" "350 8179 8192" \
		"$(json_rows gd-free-clusters)"
	same "counts add up" true \
		"$(jq '([.summary.findings[]] | add) ==
			(.findings | length)' <<<"$json")"
	run --json=lines "$drift"
	same "each line of --json=lines is an object" "" \
		"$(while IFS= read -r line; do
			jq -e 'type == "object"' <<<"$line" 2>&1 |
				grep -vx true
		done <"$work/out")"
	same "header first, summary last, with the exit code" \
		"header finding summary $status" \
		"$(jq -rs 'map(.type) | (.[0], (.[1:-1] | unique[]), .[-1])' \
			<"$work/out" | tr '\n' ' ')$(tail -1 "$work/out" |
			jq .exit)"
	same "both forms have the same findings" \
		"$(jq -cS '.findings[]' <<<"$json")" \
		"$(jq -cS 'select(.type == "finding") | del(.type)' \
			<"$work/out")"
}

test_table()
{
	run --table "$drift"
	check "--table has a header" grep -q '^GROUP CODE ' "$work/out"
	run --raw -o group,code,stored,counted,diff "$drift"
	same "-o chooses columns" "GROUP CODE STORED COUNTED DIFF" \
		"$(head -1 "$work/out")"
	check "rows have the values" \
		grep -qx '350 gd-free-clusters 8179 8192 -13' "$work/out"
	run --pairs -o GROUP,CODE "$drift"
	check "--pairs" grep -qx 'GROUP="350" CODE="gd-free-clusters"' \
		"$work/out"
	run -o "$(help_columns)" "$drift"
	same "-o takes each column of --help" 4 "$status"
	run --raw "$clean"
	same "a clean table has no row" "0 " "$status $out"
}

help_columns()
{
	"$EXT4BMCHECK" --help | sed -n '/^Columns/,/^The usual/p' |
		sed -n 's/^  \([A-Z]*\) .*/\1/p' | paste -sd,
}

test_explain()
{
	local code count=0
	run --explain
	same "--explain lists, exit 0" 0 "$status"
	run --explain list
	awk '{ print $2 }' "$work/out" >"$work/codes"
	while IFS= read -r code; do
		count=$((count + 1))
		run --explain "$code"
		if [ "$status" -ne 0 ] ||
		   ! grep -q "^$code (" "$work/out" ||
		   ! grep -q '^Proves ' "$work/out" ||
		   ! grep -q '^Next ' "$work/out"; then
			result 1 "--explain $code"
			diag "$out" "$err"
		fi
	done <"$work/codes"
	check "--explain explains each of the $count codes" \
		test "$count" -ge 20
	run --explain=gd-free-clusters
	check "--explain=CODE" grep -q '^gd-free-clusters (severe)' "$work/out"
}

# --- exit codes, progress, full disks

test_exit_on()
{
	run --exit-on=none "$drift"
	same "--exit-on=none" 0 "$status"
	run --exit-on=drift "$drift"
	same "--exit-on=drift" 4 "$status"
	run --exit-on=severe "$drift"
	same "--exit-on=severe with a severe finding" 4 "$status"
	"$EXT4BMFIXTURE" --recipe sb-free-blocks "$work/minor.img"
	run "$work/minor.img"
	same "a minor finding is drift" 4 "$status"
	run --exit-on=severe "$work/minor.img"
	same "--exit-on=severe without a severe finding" 0 "$status"
}

test_progress()
{
	"$EXT4BMCHECK" -C 5 "$drift" 5>"$work/progress" >/dev/null
	same "-C writes pass, current, max and device" "" \
		"$(grep -vEx "5 [0-9]+ [0-9]+ $drift" "$work/progress")"
	same "and comes to the end" 1 \
		"$(awk '$2 == $3' "$work/progress" | sort -u | wc -l)"
	check_json "$drift"
	same "the end is twice the number of groups" \
		"$(jq '.geometry.groups * 2' <<<"$json")" \
		"$(tail -1 "$work/progress" | cut -d' ' -f3)"
	"$EXT4BMCHECK" --owners --paths -C 5 "$drift" 5>"$work/progress" \
		>/dev/null
	same "-C FD: the passes, each once to its end" "5 1 5 1 2" \
		"$(awk '$2 == $3 { print $1 }' "$work/progress" | paste -sd' ')"
	"$EXT4BMCHECK" -C -5 "$drift" 5>"$work/progress" >/dev/null
	same "a negative descriptor starts silent" "" \
		"$(cat "$work/progress")"
	run "$drift"
	same "no bar if stderr is no terminal" "" "$err"
}

test_full()
{
	if [ ! -c /dev/full ]; then
		cannot "a full disk" "no /dev/full"
		return
	fi
	"$EXT4BMCHECK" "$clean" >/dev/full 2>"$work/err"
	same "a full disk gives 8" 8 $?
	check "and a message" grep -q 'while writing to standard output' \
		"$work/err"
	"$EXT4BMCHECK" --json "$drift" >/dev/full 2>"$work/err"
	same "beside the drift" 12 $?
	"$EXT4BMCHECK" --help >/dev/full 2>"$work/err"
	same "for --help too" 8 $?
}

make_images
test_options
test_about
test_usage
test_groups
test_targets
test_errors_json
test_text
test_color
test_json
test_table
test_explain
test_exit_on
test_progress
test_full
same "the clean image is what it was" "$clean_before" \
	"$(fingerprint "$clean")"
same "the drifted image is what it was" "$drift_before" \
	"$(fingerprint "$drift")"
done_testing
