#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# sandbox.sh --- the kernel refuses the checker what a check never does
#
# A running check shows that it is in the sandbox. A library that is loaded
# into one and turns against the image gets nowhere, and everywhere with
# --no-sandbox. What each option needs is there: reports are the same with the
# sandbox and without, and nothing that the checker does by itself is refused.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"
: "${INTRUDER_SO:=integration/.libs/intruder.so}"
need debugfs dumpe2fs jq mke2fs script sha256sum tar zstd
# shellcheck source=tests/integration/sandboxed.sh
. "$(dirname "$0")/sandboxed.sh"
# shellcheck source=tests/kernel/stop.sh
. "$(dirname "$0")/../kernel/stop.sh"
# With sanitizers, which want to be first in line, there is no sandbox.
INTRUDER_SO=$(realpath "$INTRUDER_SO")

image=$work/image
drift=$work/drift
owned=$work/owned
pending=$work/pending
bundle=$work/bundle

make_images()
{
	mke2fs -q -F -t ext4 -b 1024 "$image" 64M >/dev/null 2>&1
	mke2fs -q -F -t ext4 -b 1024 "$drift" 64M >/dev/null 2>&1
	printf 'set_bg 1 free_blocks_count 99\nset_bg 1 checksum calc\n' |
		debugfs -w -f - "$drift" >/dev/null 2>&1
	mke2fs -q -F -t ext4 -b 1024 "$owned" 48M >/dev/null 2>&1
	printf 'mkdir folder\ncd folder\nwrite /dev/null file\nfreei file\n' |
		debugfs -w -f - "$owned" >/dev/null 2>&1
	mke2fs -q -F -t ext4 -b 1024 "$pending" 48M >/dev/null 2>&1
	head -c 1K /dev/urandom >"$work/logged"
	printf 'jo -c\njw -b 20001 %s\njc\n' "$work/logged" |
		debugfs -w -f - "$pending" >/dev/null 2>&1
	"$EXT4BMFIXTURE" --bundle folio-migration "$bundle"
}

test_version()
{
	"$EXT4BMCHECK" -V 2>"$work/err"
	check "-V says what the sandbox is made with" \
		grep -Eqx '	Sandbox: libseccomp [0-9.]+' "$work/err"
	"$EXT4BMCHECK" -v --no-sandbox "$image" >/dev/null 2>"$work/err"
	same "-v says that there is none" 1 \
		"$(grep -c '^ext4bmcheck: no sandbox: --no-sandbox$' \
			"$work/err")"
	"$EXT4BMCHECK" -v "$image" >/dev/null 2>"$work/err"
	same "-v says nothing where there is one" 0 \
		"$(grep -c 'no sandbox' "$work/err")"
}

# flags PID: of all its threads, as the kernel shows them.
flags()
{
	cat "/proc/$1/task/"*/status |
		awk '/^(NoNewPrivs|Seccomp):/ { print $1 $2 }' | sort -u |
		tr '\n' ' '
}

# shown NAME WANTED [OPTION]...: of a check that has stopped in the middle.
shown()
{
	local name=$1 wanted=$2 pid
	shift 2
	env "${stop[@]}" "$EXT4BMCHECK" --threads 2 "$@" "$image" \
		>"$work/out" 2>"$work/err" &
	pid=$!
	check "$name: the check has stopped in the middle" stopped "$pid"
	same "$name: it has threads" true \
		"$([ "$(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 |
			wc -l)" -gt 1 ] && echo true)"
	same "$name: what the kernel shows of all threads" "$wanted" \
		"$(flags "$pid")"
	kill -CONT "$pid"
	wait "$pid"
	same "$name: it goes on" 0 "$?"
}

test_shown()
{
	loop=$image
	stop_at 0
	shown "sandbox" "NoNewPrivs:1 Seccomp:2 "
	shown "--no-sandbox" "NoNewPrivs:0 Seccomp:0 " --no-sandbox
}

# intrude [OPTION]...: of a check with an intruder; fills $status and $attempts.
intrude()
{
	rm -rf "$work/folder"
	mkdir "$work/folder"
	cp "$image" "$work/folder/image"
	echo "victim" >"$work/folder/victim"
	LD_PRELOAD=$INTRUDER_SO INTRUDER=$work/folder/image \
		"$EXT4BMCHECK" --threads 2 "$@" \
		"$work/folder/image" >"$work/out" 2>"$work/attempts"
	status=$?
	attempts=$(cat "$work/attempts")
}

test_intruder()
{
	local before got
	before=$(sha256sum <"$image")
	intrude
	same "intruder: the check comes to its end" 0 "$status"
	same "intruder: nothing is done, nor possible" "" \
		"$(grep -vE ' (refused|missing)$' <<<"$attempts")"
	same "intruder: what is newer is not there" "clone3 nobody-knows openat2" \
		"$(sed -n 's/ missing$//p' <<<"$attempts" | sort | xargs)"
	check "intruder: all else is refused" test \
		"$(grep -c ' refused$' <<<"$attempts")" -gt 25
	same "intruder: the image is the same" "$before" \
		"$(sha256sum <"$work/folder/image")"
	same "intruder: the folder is, too" "image victim victim" \
		"$(cd "$work/folder" && echo * "$(cat victim)")"
	# Of it, the tracer has to see something, when it is asked below.
	strace -f -qq -Z -o "$work/trace" \
		-E "LD_PRELOAD=$INTRUDER_SO" \
		-E "INTRUDER=$work/folder/image" \
		"$EXT4BMCHECK" "$work/folder/image" >/dev/null 2>&1
	check "intruder: the tracer sees what is refused" \
		grep -q 'unlink.*EPERM' <(refused "$work/trace")

	intrude --no-sandbox
	same "intruder, --no-sandbox: the check comes to its end" 0 "$status"
	same "intruder, --no-sandbox: nothing is refused" "" \
		"$(grep -E ' (refused|missing)$' <<<"$attempts")"
	got=$(sha256sum <"$work/folder/image")
	check "intruder, --no-sandbox: the image is another" \
		test "$before" != "$got"
	check "intruder, --no-sandbox: the victim is gone" \
		test ! -e "$work/folder/victim"
}

# What an option needs is let in, and nothing with it.
test_capture()
{
	intrude --capture "$work/folder/bundle"
	same "--capture: the check comes to its end" 0 "$status"
	same "--capture: files are made and removed, none is written to" \
		"fsync ftruncate memfd open-create pwrite rename unlink" \
		"$(sed -n 's/ \(done\|possible\)$//p' <<<"$attempts" |
			sort | xargs)"
	same "--capture: the image is the same" "$(sha256sum <"$image")" \
		"$(sha256sum <"$work/folder/image")"
	check "--capture: there is a bundle" test -s "$work/folder/bundle"
}

test_ways()
{
	local format options
	for format in "" -v -q --json --json=lines --table --raw --pairs \
			"-o GROUP,CODE"; do
		# shellcheck disable=SC2086 # one option and its argument
		alike "drift $format" 4 $format "$drift"
	done
	for options in "" "--backups" "--threads 1" "--owners" \
			"--owners=suspects --paths" "--groups 1" "-C 1" \
			"--color=always"; do
		# shellcheck disable=SC2086 # a list of words
		alike "owners ${options:-not}" "0 4" --json $options "$owned"
	done
	alike "journal" 0 --json "$pending"
	alike "journal ignored" 0 --json --journal=ignore "$pending"
	alike "missing" 8 --json "$work/missing"
	alike "empty" 8 --json /dev/null
	alike "a pipe" 8 --json /dev/stdin
	alike "replay" 4 --json --replay "$bundle"
	alike "replay, text" 4 -v --replay "$bundle"
	echo "[ 1.0] EXT4-fs error (device sdx1): ext4_mb_complex_scan_group:2508: group 1, 8179 free clusters as per group info. But got 8192 blocks" \
		>"$work/log"
	alike "klog" "0 4 8" --json "--klog=$work/log" "$drift"
	alike "klog alone" "0 4 8" --json "--klog=$work/log" --no-look
	alike "explain" 0 --explain
	alike "explain a code" 0 --explain gd-free-clusters
	alike "help" 0 --help
}

# The time it was made is in it; what is checked is not.
test_bundle()
{
	rm -f "$work/with" "$work/without"
	"$EXT4BMCHECK" --capture "$work/with" "$drift" >/dev/null 2>&1
	same "a bundle can be made" 4 "$?"
	"$EXT4BMCHECK" --no-sandbox --capture "$work/without" "$drift" \
		>/dev/null 2>&1
	same "the bundle has the same members" \
		"$(zstd -dcq "$work/without" | tar -t)" \
		"$(zstd -dcq "$work/with" | tar -t)"
	same "and gives the same report" \
		"$("$EXT4BMCHECK" --replay "$work/without" 2>&1 |
			sed "s/without/with/")" \
		"$("$EXT4BMCHECK" --replay "$work/with" 2>&1)"
	"$EXT4BMCHECK" --capture "$work/with" "$drift" >/dev/null \
		2>"$work/err"
	same "it is not written over" 8 "$?"
}

# A terminal: the bar, colors, a width.
test_terminal()
{
	local option
	for option in "" --no-sandbox; do
		script -qec "$EXT4BMCHECK $option -C 0 $drift" /dev/null \
			</dev/null |
			sed 's/[0-9.]* groups.s//g' >"$work/typed$option"
	done
	check "on a terminal: a bar is drawn" grep -q '|===' "$work/typed"
	same "on a terminal: the same" "$(tail -1 "$work/typed--no-sandbox")" \
		"$(tail -1 "$work/typed")"
}

# A container or a service may forbid it, or an old kernel not have it.
test_without()
{
	"$EXT4BMCHECK" --json "$drift" >"$work/wanted"
	strace -f -qq -o /dev/null -e trace=seccomp,prctl \
		-e inject=seccomp,prctl:error=EACCES \
		"$EXT4BMCHECK" -v --json "$drift" >"$work/got" 2>"$work/err"
	same "the kernel gives none: the check goes on" 4 "$?"
	same "the kernel gives none: the report" "$(cat "$work/wanted")" \
		"$(cat "$work/got")"
	same "the kernel gives none: -v says so" \
		"ext4bmcheck: no sandbox: Permission denied" \
		"$(grep sandbox "$work/err")"
}

make_images
test_version
test_shown
test_intruder
test_capture
test_ways
test_bundle
test_terminal
test_without
done_testing
