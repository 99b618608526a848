#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# klog.sh --- --klog: logs in many forms, images that stand for a device
#
# What single messages mean is tested with the library; here it is how a log
# is read, from where, and in which form the program answers.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"
need jq gzip

drift=$work/drift.img
clean=$work/clean.img
log=$work/log

check "a drifted image can be made" \
	"$EXT4BMFIXTURE" --recipe folio-migration "$drift"
check "a clean image can be made" "$EXT4BMFIXTURE" --recipe clean "$clean"

scan="EXT4-fs error (device sda2): ext4_mb_complex_scan_group:2508: group 350, 8179 free clusters as per group info. But got 8192 blocks"
csum="EXT4-fs error (device sda2): ext4_validate_block_bitmap:384: comm kworker/u10:2: bg: 3 bad block bitmap checksum"
no_memory="EXT4-fs error (device xvda9): ext4_discard_preallocations:4028: comm prometheus: Error loading buddy information for 989"
io_error="EXT4-fs error (device sdm): ext4_discard_preallocations:5001: comm prometheus: Error -5 reading block bitmap for 211"
me=$(uname -n)

# run ARGUMENT...: fills $status and $out.
run()
{
	"$EXT4BMCHECK" "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
	out=$(cat "$work/out")
}

# klog STATUS DESCRIPTION [ARGUMENT]... <LOG: as JSON in $json.
klog()
{
	local wanted=$1 what=$2
	shift 2
	cat >"$log"
	json=$("$EXT4BMCHECK" --klog="$log" --json "$@" 2>"$work/stderr")
	status=$?
	same "$what: exit status" "$wanted" "$status"
	same "$what: .exit is the same" "$status" "$(jq .exit <<<"$json")"
}

# of EXPRESSION: of the document.
of()
{
	jq -r "$1" <<<"$json"
}

# --- the same message in every form of a log

test_forms()
{
	local name
	mkdir "$work/forms"
	(
		cd "$work/forms" || exit
		echo "$scan" >dmesg-t
		echo "[   12.621736] $scan" >dmesg
		echo "[Fri Mar  1 10:20:30 2024] $scan" >dmesg-T
		echo "kern  :err   : [   12.621736] $scan" >dmesg-x
		echo "2024-03-01T10:20:30,621736+01:00 $scan" >dmesg-iso
		echo "<3>[   12.621736][  T123] $scan" >dmesg-r
		printf '%s\n' "6,1,0,-;Linux version 6.12.74 (a@b)" \
			"3,4053,11941741503,-;$scan" " SUBSYSTEM=block" \
			" DEVICE=b8:2" >kmsg
		echo "Mar  1 10:20:30 $me kernel: [   12.621736] $scan" >syslog
		echo "Mar  1 10:20:30 kernel: $scan" >syslog-no-host
		echo "2024-03-01T10:20:30.621736+01:00 $me kernel: $scan" >rsyslog
		echo "Mar 01 10:20:30 $me kernel: $scan" >journal-short
		echo "[   12.621736] $me kernel: $scan" >journal-monotonic
		echo "Fri 2024-03-01 10:20:30 CET $me kernel: $scan" >journal-full
		printf '> [   12.6] %s\r\n' "$scan" >mail
	)
	for name in "$work"/forms/*; do
		json=$("$EXT4BMCHECK" --klog="$name" --json)
		same "${name##*/}: understood" "8 1 sda2 350 8179 8192 1" \
			"$(of '[.exit, (.klog | length), (.klog[0] |
			.device, .group, .values.free_per_group_info,
			.values.got, .count)] | join(" ")')"
	done
	same "kmsg: the kernel is the one of the log" 6.12.74 \
		"$(jq -r '.klog[0].kernel | split(" ")[0]' \
		<<<"$("$EXT4BMCHECK" --klog="$work/forms/kmsg" --json)")"
	json=$("$EXT4BMCHECK" --klog=- --json <"$work/forms/syslog")
	same "- is standard input" "standard input 8" \
		"$(of '"\(.source.name) \(.exit)"')"
}

# --- what becomes of a message

test_image()
{
	klog 4 "an image with drift" "$drift" < <(echo "$scan")
	same "confirmed by a check of that group" "confirmed 350 1" \
		"$(of '"\(.klog[0].verdict) \(.klog[0].group) \(
		.reports[0].summary.groups_checked)"')"
	check "the answer comes first" grep -q "^DRIFT: sda2: group 350: 8179" \
		<(of .summary.text)
	klog 0 "another group of it" "$drift" < <(echo "$csum")
	same "gone" gone "$(of '.klog[0].verdict')"
	klog 4 "both groups" "$drift" < <(echo "$scan"; echo "$csum")
	same "each has its verdict" "confirmed gone" \
		"$(of '[.klog[].verdict] | join(" ")')"
	klog 0 "a clean image" "$clean" < <(echo "$csum")
	klog 8 "too few groups" "$clean" < <(echo "${scan/350/99999}")
	check "that is said" grep -q "no group 99999" <(of '.klog[0].now')
	klog 16 "which of two devices" "$clean" \
		< <(echo "$csum"; echo "${csum/sda2/sdb2}")
	klog 0 "one that is accused, one that is named" "$clean" \
		< <(echo "$csum"; echo "$no_memory")
	klog 0 "--exit-on=none" --exit-on=none "$drift" < <(echo "$scan")
}

# Neither a lack of memory nor an I/O error is drift.
test_harmless()
{
	klog 0 "no memory, I/O error" < <(echo "$no_memory"; echo "$io_error")
	same "neither accuses" "no-accusation no-accusation" \
		"$(of '[.klog[].verdict] | join(" ")')"
	check "the first line says so" grep -q "^no message accuses" \
		<(of .summary.text)
	klog 0 "nothing of interest" < <(
		echo "[    1.0] usb 1-1: new high-speed USB device"
		echo "[    2.0] EXT4-fs (sda1): re-mounted. Opts: (null)"
		echo "[    3.0] FAT-fs (sda1): error, corrupted directory"
		echo "[    4.0] XFS (sda1): Corruption detected"
		echo "Mar  1 10:20:30 $me app[77]: $scan")
	same "no message" "0 1 5" \
		"$(of '"\(.klog | length) \(.source.others) \(.source.lines)"')"
	klog 0 "an empty log" </dev/null
}

# What is not understood is no good news.
test_unread()
{
	klog 8 "a log in another form" < <(echo "MESSAGE=$scan"; echo)
	same "it says so at once" "not all lines were understood 1" "$(of \
		'"\(.summary.text | split(";")[0]) \(.source.unread)"')"
	run --klog="$log"
	check "and what to do" grep -q "^1 line has words of ext4, but" \
		"$work/out"
}

# A log that is not of this machine is explained, and that is said.
test_elsewhere()
{
	klog 8 "another machine" \
		< <(echo "Mar  1 10:20:30 not-$me kernel: $scan")
	check "it is named" grep -q "another machine (not-$me" \
		<(of '.klog[0].now')
	same "nothing was looked at" "0 false" \
		"$(of '"\(.reports | length) " +
			"\(.summary.devices[0].looked_at)"')"
	klog 0 "another machine, no accusation" \
		< <(echo "Mar  1 10:20:30 not-$me kernel: $no_memory")
	klog 8 "a device that is not here" < <(echo "${scan/sda2/no-such1}")
	check "that is said" grep -q "there is no no-such1 here" \
		<(of '.klog[0].now')
	klog 8 "--no-look" --no-look < <(echo "$scan")
}

# --- arguments

test_devices()
{
	local lines
	lines=$(echo "$scan"; echo "${csum/sda2/sdz9}")
	klog 8 "a device of the log" /dev/sdz9 <<<"$lines"
	same "only that one" "1 sdz9" \
		"$(of '"\(.klog | length) \(.klog[0].device)"')"
	klog 8 "its name alone" sdz9 <<<"$lines"
	same "only that one, too" "1 sdz9" \
		"$(of '"\(.klog | length) \(.klog[0].device)"')"
	klog 8 "a device that nobody knows" /dev/sdz8 <<<"$lines"
	check "that is said" grep -q "the log does not name it" \
		"$work/stderr"
}

test_files()
{
	echo "$scan" | gzip >"$work/log.gz"
	run --klog="$work/log.gz"
	same "a compressed log: exit status" 8 "$status"
	check "a compressed log: says what to do" \
		grep -q "zcat FILE | ext4bmcheck --klog=-" "$work/err"
	run --klog="$work/nothing"
	same "no such file: exit status" 8 "$status"
	run --klog="$work"
	same "a folder: exit status" 8 "$status"
	{
		printf '\0\0\0\0\0\0'
		echo "$scan"
		head -c 100000 /dev/zero | tr '\0' x
		echo
		printf '%s' "$csum"
	} >"$log"
	json=$("$EXT4BMCHECK" --klog="$log" --json)
	same "a log that went through a crash" "3 2" \
		"$(of '"\(.source.lines) \(.source.messages)"')"
	json=$("$EXT4BMCHECK" --klog="$work/nothing" --json 2>/dev/null)
	same "no such file, as JSON" 2 "$(of .error.errno)"
}

test_usage()
{
	local option
	echo "$scan" >"$log"
	for option in --live --table "-g 1" --backups "-b 1" --force; do
		# shellcheck disable=SC2086 # two words
		run --klog="$log" $option
		same "$option: usage error" 16 "$status"
	done
	run --klog="$log" "$clean" "$drift"
	same "two devices: usage error" 16 "$status"
	run --klog "$log"
	same "a log without an equals sign: usage error" 16 "$status"
	check "a log without an equals sign: says how" \
		grep -qF -e "--klog=FILE" "$work/err"
	run --no-look "$clean"
	same "--no-look without --klog: usage error" 16 "$status"
}

# --- the answer

test_folding()
{
	klog 8 "repetitions" --no-look < <(
		echo "[    1.000001] $scan"
		echo "[    2.000002] $csum"
		echo "[    3.000003] $scan"
		echo "[    4.000004] $scan"
		echo "[    5.000005] EXT4-fs error: 41 callbacks suppressed")
	same "one with a count, first and last time" \
		"3 3 1.000001 4.000004" \
		"$(of '[(.klog | length), (.klog[0] | .count, .first, .last)] |
		join(" ")')"
	"$EXT4BMCHECK" --klog="$log" --no-look >"$work/out"
	check "in text as well" grep -qF "[3 times, 1.000001 to 4.000004]" \
		"$work/out"
	for ((i = 0; i < 9; i++)); do
		echo "${csum/bg: 3/bg: $i}"
	done >"$log"
	run --no-look --klog="$log"
	same "many of a kind are cut" "4 1" \
		"$(grep -c 'bad block bitmap' <<<"$out") $(grep -c \
		'and 5 more like them' <<<"$out")"
	run -v --no-look --klog="$log"
	same "with -v they are not" 9 "$(grep -c 'bad block bitmap' <<<"$out")"
}

test_text()
{
	echo "$scan" >"$log"
	run --klog="$log" "$drift"
	same "the verdict comes first" 1 \
		"$(grep -n '^.*: DRIFT: sda2: group 350' <<<"$out" |
		head -1 | cut -d: -f1)"
	for word in Accuses Proves Open Known Next; do
		check "it has $word" grep -q "^  $word " "$work/out"
	done
	check "then comes the report of the check" \
		grep -q "^$drift: DRIFT: " "$work/out"
	run -q --klog="$log" "$drift"
	same "-q: one line" "4 1" "$status $(wc -l <"$work/out")"
	echo "$csum" >"$log"
	run -q --klog="$log" "$clean"
	same "-q: nothing if nothing is wrong" "0 " "$status $out"
	printf '%s\n' "${scan/sda2/$'sd\033[31m'}" >"$log"
	run --klog="$log" --no-look
	check "escapes do not reach the terminal" \
		test "${out#*$'\033'}" = "$out"
}

test_json()
{
	local keys
	printf '%s\n' "Linux version 6.12.74 (a)" "$scan" "$csum" >"$log"
	json=$("$EXT4BMCHECK" --klog="$log" --json "$drift")
	same "the document has its keys" \
		"ext4bmcheck source summary klog reports exit" \
		"$(of 'keys_unsorted | join(" ")')"
	keys="kind level device group block inode errno values function line"
	keys="$keys comm text count first last kernel uuid earlier summary"
	keys="$keys accuses blind_spot proves open fixes next verdict now"
	same "a message has its keys" "$keys" \
		"$(of '.klog[0] | keys_unsorted | join(" ")')"
	same "a report is a document of its own" \
		"$("$EXT4BMCHECK" --json -g 3,350 "$drift" |
			jq -cS .findings)" \
		"$(of '.reports[0].findings' | jq -cS .)"
	same "the fault has its name, and the kernel not its fix" \
		"CVE-2026-45942 missing" "$(of '.klog[0].fixes[0] |
		"\(.name) \(.state)"')"
	"$EXT4BMCHECK" --klog="$log" --json=lines "$drift" >"$work/out"
	same "lines: types" \
		"klog-source klog klog header finding summary klog-summary" \
		"$(jq -r .type "$work/out" | paste -sd' ')"
	same "lines: the same messages" "$(of '.klog[]' | jq -cS .)" \
		"$(jq -cS 'select(.type == "klog") | del(.type)' "$work/out")"
	same "lines: the exit status comes last" 4 \
		"$(tail -1 "$work/out" | jq .exit)"
}

test_explain()
{
	local kind count=0
	json=$(for line in "$scan" "$csum" "$no_memory"; do
		echo "$line"
	done | "$EXT4BMCHECK" --klog=- --json --no-look)
	for kind in $(of '.klog[].kind'); do
		run --explain "$kind"
		check "--explain $kind" grep -q "^Proves " "$work/out"
		count=$((count + status))
	done
	same "exit status" 0 "$count"
	run --explain list
	check "the list has them" grep -q "scan-above-counters" "$work/out"
}

test_forms
test_image
test_harmless
test_unread
test_elsewhere
test_devices
test_files
test_usage
test_folding
test_text
test_json
test_explain
done_testing
