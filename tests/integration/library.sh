#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# library.sh --- libext4bm as it is installed, from outside
#
# Installs the build tree into a folder and uses nothing but that folder: what
# is exported, what can be compiled and linked, what is documented.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"

top=$(cd "$(dirname "$EXT4BMCHECK")/.." && pwd)
source_dir=$srcdir/..
root=$work/root
example=$work/example.c
clean=$work/clean.img
drift=$work/drift.img

# As the tree was configured. Sanitizers are wanted in the whole program.
setting()
{
	sed -n "s/^$1 = //p" "$top/lib/Makefile"
}

if [ ! -f "$top/lib/Makefile" ]; then
	skip library "this is no build tree ($top)"
	done_testing
fi
read -ra cc <<<"$(setting CC)"
read -ra sanitize <<<"$(setting SANITIZER_FLAGS)"
read -ra cflags <<<"$(setting CFLAGS)"
pkg_config=$(setting PKG_CONFIG)
: "${pkg_config:=pkg-config}"
need "${cc[0]}" "$pkg_config" nm readelf make

# The make that runs this test has flags of its own.
# shellcheck disable=SC2317 # called by check
run_make()
{
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u DESTDIR \
		"${MAKE:-make}" -s -C "$top" "$@" DESTDIR="$root"
}

# installed NAME: where a file of that name is.
installed()
{
	find "$root" -name "$1" | head -1
}

pkg()
{
	PKG_CONFIG_PATH=$(dirname "$pc")${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH} \
	PKG_CONFIG_SYSROOT_DIR=$root "$pkg_config" "$@" ext4bm
}

test_install()
{
	local page
	check "make install" run_make install
	header=$(installed ext4bm.h)
	pc=$(installed ext4bm.pc)
	library=$(installed libext4bm.so.0)
	archive=$(installed libext4bm.a)
	for page in ext4bmcheck.8 ext4bmfixture.8 ext4bm-findings.7 \
			libext4bm.3; do
		check "$page is installed" test -s "$(installed "$page")"
	done
	for page in ext4bmcheck ext4bmfixture; do
		check "$page is installed and runs" \
			"$(installed "$page")" --version
	done
	same "the headers are installed, and nothing private" \
		"$(printf '%s.h\n' ext4bm ext4bm_{bundle,err,klog,live})" \
		"$(find "$root" \( -name '*.h' -o -name '*-all*' \) \
			-printf '%f\n' | sort)"
	same "all of them in one folder" 1 \
		"$(find "$root" -name '*.h' -printf '%h\n' | sort -u | wc -l)"
	same "the version of the header is that of the package" \
		"$(pkg --modversion)" "$(sed -n \
			's/^#define EXT4BM_VERSION "\(.*\)"$/\1/p' "$header")"
}

# Functions that the header declares, without its comments.
declared()
{
	"${cc[@]}" -E -P "$header" | grep -oE '\<ext4bm_[a-z0-9_]+ *\(' |
		tr -d ' (' | sort -u
}

test_symbols()
{
	if [ -z "$library" ]; then
		skip "symbols of the shared library" "it is not built"
		return
	fi
	same "the library exports what the header declares" \
		"$( (declared; echo et_e4bm_error_table
			echo initialize_e4bm_error_table) | sort)" \
		"$(nm -D --defined-only "$library" | awk '
			$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort)"
	same "each symbol has the node of its release" "" \
		"$(nm -D --defined-only "$library" |
			awk '$2 != "A" && $3 !~ /@@EXT4BM_[0-9.]+$/')"
}

test_header()
{
	local flags=(-Wall -Wextra -Wpedantic -Werror -fsyntax-only) name
	flags+=(-I"$(dirname "$header")")
	for name in ext4bm ext4bm_bundle ext4bm_klog ext4bm_live; do
		printf "#include <$name.h>\n%.0s" 1 2 >"$work/header.c"
		cp "$work/header.c" "$work/header.cc"
		check "$name.h compiles alone as C11" "${cc[@]}" -std=c11 \
			"${flags[@]}" "$work/header.c"
		if ! command -v "${CXX:-c++}" >/dev/null 2>&1; then
			cannot "$name.h compiles alone as C++17" \
				"no C++ compiler"
			continue
		fi
		check "$name.h compiles alone as C++17" "${CXX:-c++}" \
			-std=c++17 "${flags[@]}" "$work/header.cc"
	done
}

# answers NAME PROGRAM IMAGE STATUS: as the checker does, in the same words.
answers()
{
	local got status wanted
	got=$(LD_LIBRARY_PATH=$(dirname "${library:-$archive}") \
		"$2" "$3" 2>&1)
	status=$?
	same "$1, ${3##*/}: exit status" "$4" "$status"
	wanted=$("$EXT4BMCHECK" "$3" | head -1)
	same "$1, ${3##*/}: the verdict" "${wanted#"$3: "}" "$got"
}

# build NAME PROGRAM FLAG...: the example, as in a Makefile of somebody else.
build()
{
	local name=$1 program=$2
	shift 2
	check "$name: the example of README.md can be built" "${cc[@]}" \
		-std=c11 -Wall -Wextra -Werror "${cflags[@]}" "${sanitize[@]}" \
		-o "$program" "$example" "$@"
	answers "$name" "$program" "$clean" 0
	answers "$name" "$program" "$drift" 4
}

needed()
{
	readelf -d "$1" | grep -c 'NEEDED.*libext4bm'
}

test_example()
{
	local flags
	awk '/^```c$/ { on = 1; next } /^```/ { on = 0 } on' \
		"$source_dir/README.md" >"$example"
	check "README.md has an example" test -s "$example"
	"$EXT4BMFIXTURE" --recipe clean "$clean"
	"$EXT4BMFIXTURE" --recipe folio-migration "$drift"
	if [ -n "$library" ]; then
		read -ra flags <<<"$(pkg --cflags --libs)"
		build shared "$work/shared" "${flags[@]}"
		same "shared: it needs the library" 1 \
			"$(needed "$work/shared")"
	else
		skip "shared: the example" "the shared library is not built"
	fi
	if [ -n "$archive" ]; then
		read -ra flags <<<"$(pkg --cflags --libs --static)"
		build static "$work/static" \
			"${flags[@]/#-lext4bm/-l:libext4bm.a}"
		same "static: it does not need the library" 0 \
			"$(needed "$work/static")"
	else
		skip "static: the example" "the static library is not built"
	fi
}

test_manual()
{
	local page=$source_dir/man/libext4bm.3 name missing=""
	for name in $(declared); do
		grep -q "$name *(" <(sed 's/\\-/-/g' "$page") ||
			missing="$missing $name"
	done
	same "libext4bm(3) names each function" "" "$missing"
	same "libext4bm(3) names no other" "" \
		"$(comm -13 <(declared) <(grep -oE '\<ext4bm_[a-z0-9_]+ *\(' \
			"$page" | tr -d ' (' | sort -u))"
	same "libext4bm(3) has the example of README.md" \
		"$(tr -d ' \t' <"$example")" \
		"$(sed -n '/^\.SH EXAMPLE/,/^\.EE/p' "$page" |
			sed '1,/^\.EX/d; /^\.EE/d; s/\\e/\\/g; s/\\-/-/g' |
			tr -d ' \t')"
	test_lint "$page"
}

test_uninstall()
{
	check "make uninstall" run_make uninstall
	same "make uninstall leaves no file" "" "$(find "$root" ! -type d)"
}

test_install
test_symbols
test_header
test_example
test_manual
test_uninstall
done_testing
