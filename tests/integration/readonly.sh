#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# readonly.sh --- nothing is ever written
#
# Traced, the checker may write to its two outputs and to nothing else; every
# file is opened read-only and no system call that changes one is made. Then
# without a tracer: the image is the same afterwards, and a reader without the
# right to write can check it.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"
need mke2fs debugfs jq sha256sum

# A leak check cannot run in a traced process.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0

image=$work/image
mke2fs -q -F -t ext4 -b 1024 "$image" 48M >/dev/null 2>&1
printf 'set_bg 1 free_blocks_count 99\nset_bg 1 checksum calc\n' |
	debugfs -w -f - "$image" >/dev/null 2>&1
before=$(sha256sum <"$image")

# The same, and a journal to be replayed, in memory, before.
pending=$work/pending
mke2fs -q -F -t ext4 -b 1024 "$pending" 48M >/dev/null 2>&1
head -c 1K /dev/urandom >"$work/logged"
printf 'jo -c\njw -b %s %s\njc\n' \
	"$(debugfs -R "ffb 1 20000" "$pending" 2>/dev/null |
		awk '{ print $NF }')" \
	"$work/logged" | debugfs -w -f - "$pending" >/dev/null 2>&1
pending_before=$(sha256sum <"$pending")

# And a file whose inode is not marked, to be named.
owned=$work/owned
mke2fs -q -F -t ext4 -b 1024 "$owned" 48M >/dev/null 2>&1
printf 'mkdir folder\ncd folder\nwrite %s file\nfreei file\n' \
	"$work/logged" | debugfs -w -f - "$owned" >/dev/null 2>&1
owned_before=$(sha256sum <"$owned")

# forbidden TRACE: system calls that have no place in it.
forbidden()
{
	awk '
	BEGIN {
		questions = "BLKGETSIZE(64)?|BLKSSZGET|BLKPBSZGET|BLKROGET|" \
			"BLKGETZONESZ|BLKIOOPT|BLKALIGNOFF|BLKIOMIN|" \
			"BLKGETDISKSEQ|BLKDISCARDZEROES|" \
			"LOOP_GET_STATUS(64)?|CDROM_GET_CAPABILITY|" \
			"CDROM_LAST_WRITTEN|HDIO_GETGEO|FDGET[A-Z]+|" \
			"TCGETS2?|TIOCGWINSZ|FS_IOC_GETFSMAP|FIONREAD"
	}
	# The number of the process, then the call.
	{ sub(/^[0-9]+ +/, "") }
	/^(\+\+\+|---)/ || /resumed>/ { next }
	/^open(at|at2)?\(/ {
		# A cache that goes to /dev/null is no cache.
		null[$NF] = /"\/dev\/null"/
		if (null[$NF])
			next
		if (/O_(RDWR|WRONLY|CREAT|TRUNC|APPEND)/)
			print
		next
	}
	/^p?writev?(64|2)?\([12],/ { next }
	/^p?writev?(64|2)?\(/ {
		fd = $0
		sub(/^[^(]*\(/, "", fd)
		if (null[fd + 0])
			next
	}
	/^ioctl\(/ {
		if ($0 !~ "(" questions ")")
			print
		next
	}
	/^mmap2?\(/ {
		if (/PROT_WRITE/ && /MAP_SHARED/ && !/, -1, /)
			print
		next
	}
	{ print }' "$1"
}

calls=open,openat,openat2,creat,write,writev,pwrite64,pwritev,pwritev2
calls=$calls,fsync,fdatasync,sync,syncfs,sync_file_range,msync
calls=$calls,ftruncate,truncate,fallocate,unlink,unlinkat,rename,renameat
calls=$calls,renameat2,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat
calls=$calls,mknod,mknodat,chmod,fchmod,fchmodat,chown,fchown,fchownat,lchown
calls=$calls,utime,utimes,utimensat,futimesat,setxattr,lsetxattr,fsetxattr
calls=$calls,removexattr,sendfile,copy_file_range,splice,tee,mount,umount2
calls=$calls,ioctl,mmap,io_uring_setup,io_submit

# traced NAME ARGUMENT...: run under the tracer and look at what it did.
traced()
{
	local name=$1 bad
	shift
	strace -f -qq -e signal=none -e trace="$calls" -o "$work/trace" \
		"$EXT4BMCHECK" "$@" >"$work/stdout" 2>"$work/stderr"
	status=$?
	bad=$(forbidden "$work/trace")
	same "$name: nothing written" "" "$bad"
	# A trace that saw nothing proves nothing.
	check "$name: the trace shows an open" grep -q '^[0-9]* *open' \
		"$work/trace"
}

# A mounted file system is not even flushed: the kernel's views are read, the
# page cache is read, and that is all.
test_live()
{
	mke2fs -q -F -t ext4 "$work/mounted" 64M >/dev/null 2>&1
	loop=$(losetup -f --show "$work/mounted")
	loops+=("$loop")
	mkdir "$work/mnt"
	mount "$loop" "$work/mnt"
	mounts+=("$work/mnt")
	traced live --live "$work/mnt"
	same "live: clean under the tracer" 0 "$status"
	check "live: the trace shows the kernel being asked" \
		grep -q GETFSMAP "$work/trace"
	unmount_wait "$work/mnt"
}

if command -v strace >/dev/null 2>&1 &&
		strace -o "$work/trace" true 2>/dev/null; then
	traced text "$image"
	same "text: drift found under the tracer" 4 "$status"
	check "text: the image was opened read-only" \
		grep -q "open.*$image.*O_RDONLY" "$work/trace"
	traced json --json --threads 4 "$image"
	traced owners --json --owners --paths --threads 4 "$owned"
	same "owners: found and named under the tracer" "4 /folder/file" \
		"$status $(jq -r '[.findings[].owners // [] | .[].path] |
			unique[]' "$work/stdout")"
	traced journal --json "$pending"
	same "journal: replayed under the tracer" "0 replayed 1" \
		"$status $(jq -r '.summary.journal | "\(.state) \(.blocks)"' \
			"$work/stdout")"
	head -c 100K "$image" >"$work/short"
	traced short "$work/short"
	head -c 1M /dev/zero >"$work/zero"
	traced no-filesystem "$work/zero"
	traced missing "$work/missing"

	if [ "$(id -u)" -eq 0 ] &&
			loop=$(losetup -f --show "$image" 2>/dev/null); then
		loops+=("$loop")
		traced device "$loop"
		same "device: drift found" 4 "$status"
		udevadm settle 2>/dev/null
		# Looking a tag up must not leave a cache file behind.
		uuid=$(blkid -p -s UUID -o value "$loop")
		BLKID_FILE='' traced tag "UUID=$uuid"
		losetup -d "$loop"
		test_live
	else
		cannot device "no loop device"
	fi
else
	cannot "system calls" "strace cannot trace here"
fi

same "the image is the same" "$before" "$(sha256sum <"$image")"
same "the journal is, too" "$pending_before" "$(sha256sum <"$pending")"
same "and what is owned" "$owned_before" "$(sha256sum <"$owned")"

# Without the right to write.
chmod 444 "$image"
if [ "$(id -u)" -eq 0 ]; then
	as=(setpriv --reuid=65534 --regid=65534 --clear-groups --)
	chmod 755 "$work"
else
	as=(env)
fi
need setpriv
# The program may lie where that user cannot go.
cp "$EXT4BMCHECK" "$work/checker"
chmod 755 "$work/checker"
"${as[@]}" "$work/checker" --json "$image" >"$work/stdout" 2>"$work/stderr"
same "read-only file, ordinary user" 4 $?
same "read-only file: the finding" 1 \
	"$(jq '[.findings[].group | select(. != null)] | unique[]' \
		"$work/stdout")"
same "the image is still the same" "$before" "$(sha256sum <"$image")"
done_testing
