# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# guest.sh --- a kernel to experiment on: start it, ask it, look into its
# memory, end it; sourced after harness.sh
#
# The guest is an initramfs with busybox, the static checker and "init", which
# carries out what it is sent on its console. It runs in a session of its own
# and with a wall limit; when the test ends, however it ends, that session is
# killed. Nothing here needs root or the network.
# shellcheck disable=SC2154,SC2034 # from harness.sh; for who sources this

: "${EXT4BMCHECK_STATIC:=../checker/ext4bmcheck.static}"
: "${LAB_BIN:=lab}"
# Seconds that a guest may live, on a machine that has other things to do.
: "${LAB_LIMIT:=120}"

guest=
guest_ram=
qemu_memory=160M

# guest_initramfs FILE [MODULE]...: what the guests boot from.
guest_initramfs()
{
	local file=$1 root=$work/initramfs number=10 module program
	shift
	rm -rf "$root"
	mkdir -p "$root"/{bin,dev,proc,sys,mnt,tmp,modules}
	cp "$(command -v busybox)" "$root/bin/busybox"
	cp "$EXT4BMCHECK_STATIC" "$root/bin/ext4bmcheck"
	cp "$srcdir/lab/init" "$root/init"
	for program in bits fill grow load; do
		[ ! -x "$LAB_BIN/$program" ] ||
			cp "$LAB_BIN/$program" "$root/bin/"
	done
	chmod 755 "$root/init"
	# Loaded in the order in which they are given.
	for module; do
		number=$((number + 1))
		case $module in
		*.xz) xz -dc "$module" ;;
		*.zst) zstd -qdc "$module" ;;
		*) cat "$module" ;;
		esac >"$root/modules/$number.ko"
	done
	(cd "$root" && find . | cpio --quiet -o -H newc -R 0:0) |
		gzip -1 >"$file"
}

# guest_run COMMAND...: starts it, and waits until it takes orders.
guest_run()
{
	guest_end
	rm -rf "$work/guest"
	mkdir "$work/guest"
	mkfifo "$work/guest/in" "$work/guest/out"
	TMPDIR=$work/guest setsid timeout -k 5 "$LAB_LIMIT" "$@" \
		<"$work/guest/in" >"$work/guest/out" 2>&1 &
	guest=$!
	# Open at both ends, so that a dead guest is no broken pipe.
	exec {to_guest}<>"$work/guest/in" {from_guest}<"$work/guest/out"
	read_answer
}

# guest_uml IMAGE: user-mode Linux. Its memory is a deleted file.
guest_uml()
{
	local pid fd
	guest_run linux.uml mem=128M ubd0="$1" \
		initrd="$work/initramfs.uml" uml_dir="$work/guest/" umid=uml \
		con=null con0=fd:0,fd:1 loglevel=1 quiet selinux=0 || return
	guest_device=ubda
	pid=$(cat "$work/guest/uml/pid")
	guest_ram=
	for fd in "/proc/$pid/fd"/*; do
		if [[ $(readlink "$fd") == *"(deleted)" ]] &&
				[ "$(stat -L -c %s "$fd")" -ge \
					$((128 << 20)) ]; then
			guest_ram=$fd
		fi
	done
	[ -n "$guest_ram" ]
}

# guest_qemu IMAGE KERNEL INITRAMFS [ARGUMENT]...: a PC without KVM, so that it
# is the same everywhere; one CPU. The arguments are for the kernel.
guest_qemu()
{
	local image=$1 kernel=$2 initramfs=$3
	shift 3
	guest_device=vda
	guest_ram=$work/guest/ram
	guest_run qemu-system-x86_64 -machine pc,memory-backend=ram \
		-accel tcg -cpu max -smp 1 -m "$qemu_memory" -object \
		"memory-backend-file,id=ram,size=$qemu_memory,\
mem-path=$guest_ram,share=on" \
		-nodefaults -display none -serial stdio -no-reboot \
		-kernel "$kernel" -initrd "$initramfs" \
		-drive "file=$image,if=virtio,format=raw,cache=unsafe" \
		-append "console=ttyS0 loglevel=1 quiet panic=-1 \
mitigations=off $*"
}

# Fills $answer up to the mark, returns the status that the mark names. With a
# command, each line is also given to it when it comes.
read_answer()
{
	local line
	answer=
	while IFS= read -r -t "$LAB_LIMIT" -u "$from_guest" line; do
		line=${line%$'\r'}
		if [[ $line == "@@@ "* ]]; then
			answer=${answer%"${answer##*[!$'\n']}"}
			return "${line#"@@@ "}"
		fi
		answer+=$line$'\n'
		[ $# -eq 0 ] || "$@" "$line"
	done
	diag "the guest is gone; the last it said:" "$(tail -20 <<<"$answer")"
	return 255
}

# ask ORDER: a line of shell for the guest; fills $answer and $status.
ask()
{
	echo "$*" >&"$to_guest"
	read_answer
	status=$?
}

# ask_live COMMAND ORDER: COMMAND is called with each line of the answer, while
# the guest is still at it.
ask_live()
{
	local command=$1
	shift
	echo "!$*" >&"$to_guest"
	read_answer "$command"
	status=$?
}

# What the kernel of the guest says about its file system.
guest_log()
{
	ask "dmesg | grep -E 'EXT4-fs (error|warning)|BUG|WARNING|Oops'"
	printf '%s' "$answer"
}

# Orderly, so that the image holds what the guest has written.
guest_off()
{
	local i
	ask "umount /mnt && sync"
	echo "poweroff -f" >&"$to_guest"
	for ((i = 0; i < 100; i++)); do
		kill -0 "$guest" 2>/dev/null || break
		sleep 0.1
	done
	guest_end
	return "$status"
}

# Processes of the guest that are still there; the dead are only waiting for
# somebody to count them.
guest_left()
{
	ps -o pid=,stat=,args= -s "$guest" | awk '$2 !~ /Z/'
}

# With everything it has started, whatever that is doing.
guest_end()
{
	local i
	[ -n "$guest" ] || return 0
	kill -KILL -- "-$guest" 2>/dev/null
	wait "$guest" 2>/dev/null
	exec {to_guest}>&- {from_guest}<&-
	for ((i = 0; i < 100; i++)); do
		[ -n "$(guest_left)" ] || break
		sleep 0.1
	done
	if [ -n "$(guest_left)" ]; then
		result 1 "nothing of the guest is left"
		diag "$(guest_left)"
	fi
	guest=
}
trap 'guest_end; cleanup' EXIT
