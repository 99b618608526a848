#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench.sh --- how long the question takes, beside the tools that are there
#
# Side by side on one filesystem, its pages in memory: ext4bmcheck, a bare
# loop that reads and counts the same bitmaps, dumpe2fs, e2freefrag, and
# e2fsck -fn, which looks at inodes and directories too. Nothing is asserted:
# figures are for reading.

set -eu
export LC_ALL=C E2FSCK_CONFIG=/dev/null
PATH=$PATH:/usr/sbin:/sbin

usage()
{
	cat <<-END
	usage: bench.sh [-g GROUPS] [-r RUNS] [-d FOLDER] [-i IMAGE] [-w README]
	  -g GROUPS   block groups of 128 MiB (65536, which is 8 TiB)
	  -r RUNS     timed runs of each program (5)
	  -d FOLDER   keeps the image between calls (a temporary folder)
	  -i IMAGE    use this image or device, make none
	  -w README   write the table between its bench markers
	Environment: EXT4BMCHECK, EXT4BMFIXTURE, BENCH_BIN (folder of bareloop,
	timed, fragment).
	END
}

groups=65536 runs=5 folder='' image='' readme=''
while getopts g:r:d:i:w:h opt; do
	case $opt in
	g) groups=$OPTARG ;;
	r) runs=$OPTARG ;;
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

# make_mounted: filled by the kernel. Directories make inode bitmaps, a file
# with holes punched into it makes block bitmaps, one of a kind in each group.
make_mounted()
{
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
		if [ "$(id -u)" -eq 0 ] && [ -n "$(losetup -f 2>/dev/null)" ]; then
			make_mounted "$image.new"
		else
			"$EXT4BMFIXTURE" --make bench --groups "$groups" "$image.new"
		fi
		mv "$image.new" "$image"
	fi
fi

# measure COMMAND...: sets min, median (seconds), rss (KiB), status.
measure()
{
	local i lines
	"$BENCH_BIN/timed" "$@" >/dev/null		# warm
	lines=$(for ((i = 0; i < runs; i++)); do
			"$BENCH_BIN/timed" "$@"
		done | sort -n)
	min=$(head -1 <<<"$lines" | cut -d' ' -f1)
	median=$(sed -n $(((runs + 1) / 2))p <<<"$lines" | cut -d' ' -f1)
	rss=$(cut -d' ' -f2 <<<"$lines" | sort -n | tail -1)
	status=$(cut -d' ' -f3 <<<"$lines" | sort -u | paste -sd,)
}

table=$(mktemp "$folder/table.XXXXXX")
row()
{
	local name=$1
	shift
	if ! command -v "$1" >/dev/null 2>&1; then
		echo "$name: not installed" >&2
		return
	fi
	measure "$@"
	[ -n "${base:-}" ] || base=$median
	awk -v name="$name" -v min="$min" -v median="$median" -v rss="$rss" \
		-v base="$base" -v status="$status" 'BEGIN {
			printf "| %s | %.3f | %.3f | %.1f | %.1f | %s |\n",
				name, min, median, rss / 1024, median / base,
				status }' | tee -a "$table"
}

total=$(dumpe2fs -h "$image" 2>/dev/null | awk '
	/^Block count:/ { blocks = $3 }
	/^Block size:/ { size = $3 }
	END { printf "%.1f TiB", blocks * size / 2^40 }')
made=$("$BENCH_BIN/bareloop" "$image") || :
cpu=$(awk -F': *' '/^model name/ { print $2; exit }' /proc/cpuinfo)
{
	echo "$total, $groups groups, fragmented, in the page cache; $made;"
	echo "${cpu:-$(uname -m)}, $(nproc) processors, $runs runs; seconds of wall time:"
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
