#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench.sh --- how long the question takes, beside the tools that are there
#
# Side by side on one filesystem, its pages in memory: ext4bmcheck, a bare
# loop that reads and counts the same bitmaps, dumpe2fs, e2freefrag, and
# e2fsck -fn, which looks at inodes and directories too. Then, mounted, the
# live check beside a bare pass that asks the kernel the same. Then a great
# many files: who owns what, beside e2fsck -fn and a bare read of the inode
# tables. Ratios are those of the fastest runs, which say least about what else
# the machine does. Nothing is asserted: figures are for reading.

set -eu
export LC_ALL=C E2FSCK_CONFIG=/dev/null
PATH=$PATH:/usr/sbin:/sbin

usage()
{
	cat <<-END
	usage: bench.sh [-g GROUPS] [-n FILES] [-r RUNS] [-m RUNS] [-d FOLDER]
	                [-i IMAGE] [-w README]
	  -g GROUPS   block groups of 128 MiB (65536, which is 8 TiB)
	  -n FILES    files whose owners are asked for (1000000)
	  -r RUNS     timed runs of each program (5)
	  -m RUNS     the same where it is mounted, and takes minutes (3)
	  -d FOLDER   keeps the image between calls (a temporary folder)
	  -i IMAGE    use this image or device, make none
	  -w README   write the table between its bench markers
	Environment: EXT4BMCHECK, EXT4BMFIXTURE, BENCH_BIN (folder of the
	programs of this one).
	END
}

groups=65536 files=1000000 runs=5 mounted_runs=3 folder='' image='' readme=''
while getopts g:n:r:m:d:i:w:h opt; do
	case $opt in
	g) groups=$OPTARG ;;
	n) files=$OPTARG ;;
	r) runs=$OPTARG ;;
	m) mounted_runs=$OPTARG ;;
	d) folder=$OPTARG ;;
	i) image=$OPTARG ;;
	w) readme=$OPTARG ;;
	h) usage; exit 0 ;;
	*) usage >&2; exit 2 ;;
	esac
done
: "${EXT4BMCHECK:=../checker/ext4bmcheck}"
: "${EXT4BMFIXTURE:=./ext4bmfixture}"
: "${BENCH_BIN:=./bench}"

own_folder=
if [ -z "$folder" ]; then
	folder=$(mktemp -d "${TMPDIR:-/tmp}/ext4bm-bench.XXXXXX")
	own_folder=$folder
fi
mkdir -p "$folder/mnt"
cleanup()
{
	if mountpoint -q "$folder/mnt"; then
		umount "$folder/mnt"
	fi
	[ -z "$own_folder" ] || rm -rf "$own_folder"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

# can_mount: who is not root, or has no loop devices, cannot.
can_mount()
{
	[ "$(id -u)" -eq 0 ] && [ -n "$(losetup -f 2>/dev/null)" ]
}

# make_mounted IMAGE GROUPS: filled by the kernel. Directories make inode
# bitmaps, a file with holes punched into it makes block bitmaps, one of a kind
# in each group.
make_mounted()
{
	local groups=$2
	truncate -s $((groups * 128))M "$1" &&
		mke2fs -q -F -t ext4 -J size=64 \
			-E lazy_itable_init=1,lazy_journal_init=1 "$1" &&
		mount -o loop "$1" "$folder/mnt" || return 1
	mkdir "$folder/mnt/top"
	chattr +T "$folder/mnt/top"
	(cd "$folder/mnt/top" && seq $((groups / 4)) | xargs mkdir)
	"$BENCH_BIN/fragment" "$folder/mnt" $((128 << 20)) "$groups"
	umount "$folder/mnt"
}

if [ -z "$image" ]; then
	image=$folder/bench-$groups.img
	if [ ! -s "$image" ]; then
		echo "making $image ($groups groups, some minutes)"
		if can_mount; then
			make_mounted "$image.new" "$groups"
		else
			"$EXT4BMFIXTURE" --make bench --groups "$groups" \
				"$image.new"
		fi
		mv "$image.new" "$image"
	fi
fi

put_out_of_memory()
{
	sync "$1"
	dd if="$1" iflag=nocache count=0 2>/dev/null
}

# measure COMMAND...: a line of each run. The file $cold, if that is set, is
# put out of memory before each.
measure()
{
	local i
	"$BENCH_BIN/timed" "$@" >/dev/null		# warm
	for ((i = 0; i < runs; i++)); do
		[ -z "${cold:-}" ] || put_out_of_memory "$cold"
		"$BENCH_BIN/timed" "$@"
	done
}

# measured LINE...: sets min, median (seconds), rss (KiB), status.
measured()
{
	local lines
	lines=$(printf '%s\n' "$@" | sort -n)
	min=$(head -1 <<<"$lines" | cut -d' ' -f1)
	median=$(sed -n $((($# + 1) / 2))p <<<"$lines" | cut -d' ' -f1)
	rss=$(cut -d' ' -f2 <<<"$lines" | sort -n | tail -1)
	status=$(cut -d' ' -f3 <<<"$lines" | sort -u | paste -sd,)
}

table=$(mktemp "$folder/table.XXXXXX")
# print_row NAME LINE...
print_row()
{
	local name=$1
	shift
	measured "$@"
	[ -n "${base:-}" ] || base=$min
	awk -v name="$name" -v min="$min" -v median="$median" -v rss="$rss" \
		-v base="$base" -v status="$status" 'BEGIN {
			printf "| %s | %.3f | %.3f | %.1f | %.2f | %s |\n",
				name, min, median, rss / 1024, min / base,
				status }' | tee -a "$table"
}

# row NAME COMMAND...
row()
{
	local name=$1 lines
	shift
	if ! command -v "$1" >/dev/null 2>&1; then
		echo "$name: not installed" >&2
		return
	fi
	mapfile -t lines < <(measure "$@")
	print_row "$name" "${lines[@]}"
}

total=$(dumpe2fs -h "$image" 2>/dev/null | awk '
	/^Block count:/ { blocks = $3 }
	/^Block size:/ { size = $3 }
	END { printf "%.1f TiB", blocks * size / 2^40 }')
made=$("$BENCH_BIN/bareloop" "$image") || :
cpu=$(awk -F': *' '/^model name/ { print $2; exit }' /proc/cpuinfo)
{
	echo "$total, $groups groups, fragmented, in the page cache; $made;"
	echo "${cpu:-$(uname -m)}, $(nproc) processors, $runs runs;" \
		"seconds of wall time:"
	echo
	echo "| program | min | median | max RSS, MiB | to bare loop | exit |"
	echo "|---|---:|---:|---:|---:|---:|"
} | tee "$table"
row "bare loop: read, popcount" "$BENCH_BIN/bareloop" "$image"
row "ext4bmcheck" "$EXT4BMCHECK" "$image"
row "ext4bmcheck --threads 1" "$EXT4BMCHECK" --threads 1 "$image"
row "dumpe2fs" dumpe2fs "$image"
row "e2freefrag" e2freefrag "$image"
row "e2fsck -fn (inodes and directories too)" e2fsck -fn "$image"

# begin_rows TITLE BASE: a table whose last column but one is relative to BASE,
# which is its first row.
begin_rows()
{
	base=
	{
		echo
		echo "$1:"
		echo
		echo "| program | min | median | max RSS, MiB | to $2 | exit |"
		echo "|---|---:|---:|---:|---:|---:|"
	} | tee -a "$table"
}

# bench_mounted TITLE IMAGE RUNS: nothing moves there, and the kernel is asked
# for its views. In turn, because a ratio close to 1 is drowned by whatever else
# the machine begins to do. The last one takes minutes.
bench_mounted()
{
	local device counters i pass=() live=()
	mount -o loop,ro "$2" "$folder/mnt" || return 0
	device=$(findmnt -no SOURCE "$folder/mnt")
	counters=/proc/fs/ext4/$(basename "$device")/mb_groups
	begin_rows "$1, mounted, $3 runs in turn (e2freefrag: 1)" "bare pass"
	for ((i = 0; i <= $3; i++)); do
		pass[i]=$("$BENCH_BIN/timed" "$BENCH_BIN/barepass" \
			"$folder/mnt" "$counters")
		live[i]=$("$BENCH_BIN/timed" "$EXT4BMCHECK" --live \
			"$folder/mnt")
	done
	# The first of each was to warm up.
	print_row "bare pass: GETFSMAP, mb_groups" "${pass[@]:1}"
	print_row "ext4bmcheck --live" "${live[@]:1}"
	runs=1 row "e2freefrag" e2freefrag "$device"
	umount "$folder/mnt"
}

# bench_small: as large as most are.
bench_small()
{
	local image=$folder/bench-8192.img
	[ -s "$image" ] || make_mounted "$image" 8192 || return 1
	bench_mounted "1 TiB, 8192 groups" "$image" $((8 * mounted_runs))
}

# make_files IMAGE ROUNDS: files of a few blocks, which changed that often.
make_files()
{
	[ ! -s "$1" ] || return 0
	echo "making $1 ($files files)"
	truncate -s $((files * 24 + 65536))K "$1.new" &&
		mke2fs -q -F -t ext4 "$1.new" &&
		mount -o loop,noatime "$1.new" "$folder/mnt" || return 1
	"$BENCH_BIN/manyfiles" "$folder/mnt" "$files" "$2"
	umount "$folder/mnt"
	mv "$1.new" "$1"
}

# bench_suspects IMAGE: one group in which one cluster too many is marked.
# What all inodes are read for should not cost more than reading them, which
# takes a disk.
bench_suspects()
{
	local block cold=
	block=$(debugfs -R "ffb 1 100000" "$1" 2>/dev/null |
		awk '/^Free blocks found:/ { print $4 }')
	debugfs -w -R "setb $block" "$1" >/dev/null 2>&1
	for cold in "" "$1"; do
		row "bare read of the inode tables${cold:+, from disk}" \
			"$BENCH_BIN/baretables" "$1"
		row "ext4bmcheck --owners=suspects -g N${cold:+, from disk}" \
			"$EXT4BMCHECK" --owners=suspects \
			-g $((block / 32768)) "$1"
	done
	debugfs -w -R "freeb $block" "$1" >/dev/null 2>&1
}

# bench_owners NAME ROUNDS
bench_owners()
{
	local image=$folder/$1-$files.img
	make_files "$image" "$2" || return 1
	begin_rows "$files files, $1; $("$BENCH_BIN/baretables" "$image")" \
		"e2fsck"
	row "e2fsck -fn" e2fsck -fn "$image"
	row "ext4bmcheck --owners --threads 2" "$EXT4BMCHECK" --owners \
		--threads 2 "$image"
	row "ext4bmcheck --owners --threads 1" "$EXT4BMCHECK" --owners \
		--threads 1 "$image"
	bench_suspects "$image"
}

# Eight rounds remove and make again each file twice.
if can_mount; then
	bench_mounted "The same" "$image" "$mounted_runs"
	bench_small
	bench_owners fresh 0
	bench_owners aged 8
else
	echo "not root, or no loop device: nothing mounted is measured" >&2
fi

if [ -n "$readme" ]; then
	awk -v table="$table" '
		/<!-- bench:end -->/ { inside = 0 }
		!inside { print }
		/<!-- bench:begin -->/ {
			inside = 1
			while ((getline line < table) > 0)
				print line
		}' "$readme" >"$folder/readme"
	cat "$folder/readme" >"$readme"
	echo "table written to $readme"
fi
rm -f "$table" "$folder/readme"
