# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# sandboxed.sh --- the same with the sandbox and without; sourced
# shellcheck disable=SC2154 # from harness.sh

if ! "$EXT4BMCHECK" -V 2>&1 | grep -q 'Sandbox: libseccomp'; then
	skip "$(basename "$0")" "the program was built without a sandbox"
	done_testing
fi
if ! command -v strace >/dev/null 2>&1 ||
		! strace -o "$work/trace" true 2>/dev/null; then
	cannot "$(basename "$0")" "strace cannot trace here"
	done_testing
fi

# refused TRACE: what the sandbox did not let the program do, in the words of
# the tracer. That clone3() is missing is what the C library is made for; the
# cache of libblkid is not written any more, which it keeps silent about; and
# if something cannot be read, that was not the sandbox.
refused()
{
	sed -n '/^[0-9]* *\(execve\|clone3\)(/d
		/^[0-9]* *openat(.*, "\/dev\/null", O_WRONLY/d
		/^[0-9]* *openat(.*, O_RDONLY[^,]*) /d
		/= -1 \(EPERM\|ENOSYS\)/p' "$1"
}

# steadily FILE: without what is never the same twice.
steadily()
{
	sed -E 's/"(time|seconds|milliseconds)": *[^,}]*/"\1": 0/g' "$1"
}

# alike NAME STATUS... ARGUMENT...: all of the output, with the sandbox and
# without, is the same, the status one of those in the second word, and no call
# that the program makes is refused.
alike()
{
	local name=$1 wanted=$2 without
	shift 2
	"$EXT4BMCHECK" --no-sandbox "$@" >"$work/out.without" \
		2>"$work/err.without" </dev/null
	without=$?
	strace -f -qq -Z -e signal=none -o "$work/trace" "$EXT4BMCHECK" "$@" \
		>"$work/out.with" 2>"$work/err.with" </dev/null
	status=$?
	same "$name: exit status" "$without" "$status"
	check "$name: exit status is expected" grep -qw "$status" <<<"$wanted"
	same "$name: the report" "$(steadily "$work/out.without")" \
		"$(steadily "$work/out.with")"
	same "$name: what is said on stderr" \
		"$(grep -v 'no sandbox' "$work/err.without")" \
		"$(cat "$work/err.with")"
	same "$name: nothing is refused" "" "$(refused "$work/trace")"
}
