# SPDX-License-Identifier: GPL-2.0-only
"""corpus.py --- compare the checker with an oracle, one TAP line per image

usage: corpus.py CHECKER CORPUS UNPACKED

CORPUS holds oracle.jsonl and synth.jsonl, UNPACKED the folders images,
repaired and synth. What the oracle knows is turned into the finding codes of
the checker by one table; no image is treated by name. The oracle judges what is
on the device; the state after a replay of the journal is compared with a copy
that e2fsck has really recovered.
"""

import collections
import concurrent.futures
import errno
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

# The oracle's kinds of a shallow check, and the code that must report each.
CODES = {
    "group_free_blocks": "gd-free-clusters",
    "group_free_inodes": "gd-free-inodes",
    "inodes_used_in_unused_area": "gd-itable-unused",
    "itable_unused_too_big": "gd-itable-unused",
    "gd_csum": "gd-checksum",
    "sb_csum": "sb-checksum",
    "block_bitmap_csum": "block-bitmap-checksum",
    "inode_bitmap_csum": "inode-bitmap-checksum",
    "block_padding_end": "block-bitmap-padding",
    "block_padding_tail": "block-bitmap-padding",
    "inode_padding_tail": "inode-bitmap-padding",
    "fixed_metadata_unmarked": "metadata-free",
    "reserved_inodes_unmarked": "reserved-inode-free",
    "place_outside": "gd-location",
    "place_overlaps": "gd-overlap",
    "block_bitmap_unreadable": "block-bitmap-unreadable",
    "inode_bitmap_unreadable": "inode-bitmap-unreadable",
    "uninit_without_feature": "uninit-without-feature",
    "block_uninit_last_group": "uninit-last-group",
    "block_uninit_hosts_metadata": "uninit-hosts-metadata",
    "sb_free_blocks_vs_bitmaps": "sb-free-blocks",
    "sb_free_inodes_vs_bitmaps": "sb-free-inodes",
    "sb_free_blocks_vs_descriptors": "sb-gd-free-blocks",
    "sb_free_inodes_vs_descriptors": "sb-gd-free-inodes",
    "image_shorter_than_fs": "device-short",
}

# Fields of the oracle's record of a group, and the code that reports each.
GROUP_FIELDS = {
    "free_blocks_wrong": "gd-free-clusters",
    "free_inodes_wrong": "gd-free-inodes",
    "gd_csum_bad": "gd-checksum",
    "block_bitmap_csum_bad": "block-bitmap-checksum",
    "inode_bitmap_csum_bad": "inode-bitmap-checksum",
    "block_pad_end_unset": "block-bitmap-padding",
    "block_pad_tail_unset": "block-bitmap-padding",
    "inode_pad_tail_unset": "inode-bitmap-padding",
    "fixed_unmarked": "metadata-free",
    "reserved_inodes_unmarked": "reserved-inode-free",
    "block_bitmap_unreadable": "block-bitmap-unreadable",
    "inode_bitmap_unreadable": "inode-bitmap-unreadable",
    "inodes_used_in_unused_area": "gd-itable-unused",
    "itable_unused_too_big": "gd-itable-unused",
    "block_uninit_hosts_metadata": "uninit-hosts-metadata",
}

# What only the owners show, and where the oracle has it from e2fsck.
OWNED = {
    "cluster-unmarked": "block_plus",
    "cluster-leaked": "block_minus",
    "inode-unmarked": "inode_plus",
    "inode-leaked": "inode_minus",
}
OWNER_CODES = set(OWNED) | {
    "gd-used-dirs", "cluster-shared", "metadata-claimed",
    "inode-unreadable", "inode-invalid",
}
E2FSCK = "1.47.4"
EXTENTS = 0x40

# Superblock totals: the kernel writes them at unmount only, so that a journal
# explains them wholly; all else that is explained stays undecided.
NOT_MAINTAINED = {
    "sb-free-blocks", "sb-free-inodes",
    "sb-gd-free-blocks", "sb-gd-free-inodes",
}

DRIFT, OPERATIONAL = 4, 8
TIMEOUT = 120


def sha256(path):
    """Digest of the data and where it is; the holes are not read."""
    digest = hashlib.sha256()
    with open(path, "rb") as image:
        end = os.fstat(image.fileno()).st_size
        digest.update(str(end).encode())
        at = 0
        while at < end:
            try:
                at = os.lseek(image.fileno(), at, os.SEEK_DATA)
            except OSError:
                break
            hole = os.lseek(image.fileno(), at, os.SEEK_HOLE)
            digest.update(f"{at}-{hole}".encode())
            while at < hole:
                data = os.pread(image.fileno(), min(hole - at, 1 << 20), at)
                digest.update(data)
                at += len(data)
    return digest.hexdigest()


def run(*args):
    return subprocess.run(args, stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=TIMEOUT, check=False)


def expected_status(findings):
    """The exit status that these findings stand for."""
    status = 0
    for finding in findings:
        explained = finding["explained"] != "none"
        if finding["severity"] == "operational":
            status |= OPERATIONAL
        elif not explained:
            status |= DRIFT
        elif finding["code"] not in NOT_MAINTAINED:
            status |= OPERATIONAL
    return status


def differ(what, wanted, got):
    """Problems, none if the two multisets or sets are equal."""
    wanted, got = collections.Counter(wanted), collections.Counter(got)
    problems = [f"{what}: missing {key}" for key in sorted(wanted - got, key=str)]
    problems += [f"{what}: unexpected {key}" for key in sorted(got - wanted, key=str)]
    return problems


def rows(findings, code):
    return [(f["group"], f["stored"], f["counted"])
            for f in findings if f["code"] == code]


def codes_of(kinds):
    return {CODES[kind] for kind in kinds if not kind.startswith("deep_")}


def group_problems(findings, shallow):
    """Compare what the oracle says of each group."""
    blocks, inodes, marks = [], [], set()
    for group in shallow["group"]:
        for field, code in GROUP_FIELDS.items():
            if group.get(field):
                marks.add((code, group["g"]))
        if group.get("free_blocks_wrong"):
            blocks.append((group["g"], group["gd_free_blocks"],
                           group["bm_free_blocks"]))
        if group.get("free_inodes_wrong"):
            inodes.append((group["g"], group["gd_free_inodes"],
                           group["bm_free_inodes"]))
    ours = {(f["code"], f["group"]) for f in findings
            if f["code"] in GROUP_FIELDS.values()}
    return (differ("group", marks, ours)
            + differ("free clusters", blocks, rows(findings, "gd-free-clusters"))
            + differ("free inodes", inodes, rows(findings, "gd-free-inodes")))


def place_problems(findings, shallow):
    """Groups whose bitmaps or tables are where they cannot be."""
    outside, overlaps = set(), set()
    for group, _what, why, _block in shallow["places"]:
        (overlaps if why.startswith("overlaps") else outside).add(group)
    return (differ("outside", outside,
                   {f["group"] for f in findings if f["code"] == "gd-location"})
            + differ("overlap", overlaps,
                     {f["group"] for f in findings if f["code"] == "gd-overlap"}))


def total_problems(findings, shallow):
    """Totals are in blocks on both sides."""
    pairs = {
        "sb-free-blocks": ("sb_free_blocks", "bm_sum_free_blocks"),
        "sb-free-inodes": ("sb_free_inodes", "bm_sum_free_inodes"),
        "sb-gd-free-blocks": ("sb_free_blocks", "gd_sum_free_blocks"),
        "sb-gd-free-inodes": ("sb_free_inodes", "gd_sum_free_inodes"),
    }
    problems = []
    for code, (stored, counted) in pairs.items():
        for row in rows(findings, code):
            wanted = (None, shallow[stored], shallow[counted])
            if row != wanted:
                problems.append(f"{code}: {row} instead of {wanted}")
    return problems


# What a bitmap shows, in the oracle's record of a group and in all.
OF_BITMAP = {
    "block-bitmap-unreadable": (
        {"free_blocks_wrong", "block_bitmap_csum_bad", "block_pad_end_unset",
         "block_pad_tail_unset", "fixed_unmarked"}, "sb-free-blocks"),
    "inode-bitmap-unreadable": (
        {"free_inodes_wrong", "inode_bitmap_csum_bad", "inode_pad_tail_unset",
         "reserved_inodes_unmarked", "inodes_used_in_unused_area"},
        "sb-free-inodes"),
}


def set_aside(findings, kinds, shallow):
    """Leave out what the oracle takes from bitmaps that may be rubbish.

    Its reader believes no flag of a descriptor whose checksum is wrong, and
    so counts bits of a block that perhaps was never written; e2fsck -n does
    not.
    """
    groups = [dict(group) for group in shallow["group"]]
    kinds = set(kinds)
    for finding in findings:
        if finding["code"] not in OF_BITMAP or \
                finding["errno"] != errno.EBADMSG:
            continue
        fields, total = OF_BITMAP[finding["code"]]
        group = groups[finding["group"]]
        if not group.get("gd_csum_bad"):
            continue
        kinds.add(finding["code"])
        group[finding["code"].replace("-", "_")] = True
        kinds.discard(total)
        for field in fields & set(group):
            del group[field]
            code = GROUP_FIELDS[field]
            if not any(other.get(it) for other in groups
                       for it, its in GROUP_FIELDS.items() if its == code):
                kinds.discard(code)
    return kinds, dict(shallow, group=groups)


def image_problems(report, oracle):
    findings = report["findings"]
    kinds, shallow = set_aside(findings, codes_of(oracle["kinds"]),
                               oracle["shallow"])
    problems = differ("codes", kinds, {f["code"] for f in findings})
    problems += group_problems(findings, shallow)
    problems += place_problems(findings, shallow)
    problems += total_problems(findings, shallow)
    if not shallow["needs_recovery"]:
        problems += [f"{f['code']}: explained by a {f['explained']}"
                     for f in findings if f["explained"] != "none"]
    return problems


def e2fsck_problems(findings, oracle):
    """Stored and counted values as e2fsck printed them."""
    deep = oracle["deep"]
    if not deep.get("finished") or "kinds" not in oracle:
        return []
    # libext2fs marks the metadata of uninitialised groups while it loads the
    # bitmaps, so that e2fsck counts something else than what is stored.
    if "fixed_metadata_unmarked" in oracle["kinds"] or \
            "block_uninit_hosts_metadata" in oracle["kinds"]:
        return []
    problems = []
    for kind, field in (("group_free_blocks", "free_blocks_group"),
                        ("group_free_inodes", "free_inodes_group")):
        if kind in oracle["kinds"] and field in deep:
            problems += differ(field, map(tuple, deep[field]),
                               rows(findings, CODES[kind]))
    for kind, field in (("sb_free_blocks_vs_bitmaps", "free_blocks"),
                        ("sb_free_inodes_vs_bitmaps", "free_inodes")):
        if kind in oracle["kinds"] and field in deep:
            problems += differ(field, [(None, *deep[field])],
                               rows(findings, CODES[kind]))
    return problems


def synth_problems(report, oracle):
    findings = report["findings"]
    ours = {f["code"] for f in findings}
    if "kinds" in oracle:
        problems = differ("codes", codes_of(oracle["kinds"]), ours)
    else:
        problems = [f"codes: missing {code}" for code in
                    sorted(codes_of(oracle["kinds_include"]) - ours)]
    if oracle["fault"] and ours and "group" in oracle:
        # One group was damaged, and perhaps others; that one must be named
        # unless only totals are wrong.
        named = {f["group"] for f in findings} - {None}
        if named and oracle["group"] not in named:
            problems.append(f"group {oracle['group']} is not named")
    problems += e2fsck_problems(findings, oracle)
    problems += [f"{f['code']}: explained by a {f['explained']}"
                 for f in findings if f["explained"] != "none"]
    return problems


def repaired_problems(report, _oracle):
    problems = [f"finding {f['code']} in group {f['group']}"
                for f in report["findings"]]
    if report["exit"] != 0:
        problems.append(f"exit {report['exit']}")
    return problems


def numbers(ranges, ratio=1):
    """The clusters or inodes of a list of numbers and ranges."""
    found = set()
    for it in ranges:
        first, last = it if isinstance(it, list) else (it, it)
        found |= set(range(first // ratio, last // ratio + 1))
    return found


def of_code(report, code):
    return [f for f in report["findings"] if f["code"] == code]


def owned_numbers(report, code, ratio):
    unit = "inodes" if code.startswith("inode") else "blocks"
    return numbers([r for f in of_code(report, code) for r in f[unit]],
                   1 if unit == "inodes" else ratio)


def uninit_groups(image):
    """Groups whose block bitmap was never written."""
    out = run("dumpe2fs", image).stdout.decode(errors="replace")
    group, groups = None, set()
    for line in out.splitlines():
        if line.startswith("Group ") and ":" in line.split()[1]:
            group = int(line.split()[1].rstrip(":"))
            if "BLOCK_UNINIT" in line:
                groups.add(group)
    return groups


def hidden_clusters(report, image, ratio):
    """Clusters that libext2fs marks while it loads the bitmaps.

    It marks the metadata of groups without a bitmap in whatever bitmap that
    lies, so that e2fsck cannot see when it is not marked there.
    """
    uninit = uninit_groups(image)
    return numbers([o["blocks"] for f in of_code(report, "cluster-unmarked")
                    for o in f["owners"]
                    if o["claim"] == "fixed" and o["group"] in uninit], ratio)


def without_bitmap(report, code):
    return {f["group"] for f in report["findings"] if f["code"] == code}


def directory_problems(report, deep):
    """Counts of directories.

    e2fsck counts those that are marked in the inode bitmap as it is on disk,
    so a directory that is not marked is missing from its count.
    """
    theirs = {g: (stored, counted)
              for g, stored, counted in deep.get("dirs_group", [])}
    ours = {f["group"]: (f["stored"], f["counted"])
            for f in of_code(report, "gd-used-dirs")}
    unmarked = collections.Counter(
        f["group"] for f in of_code(report, "inode-unmarked")
        for o in f["owners"] if o["type"] == "directory")
    problems = []
    for group in sorted(set(theirs) | set(ours) | set(unmarked)):
        if group in without_bitmap(report, "inode-bitmap-unreadable"):
            continue
        stored, counted = theirs.get(group, (None, None))
        own = ours.get(group, (stored, stored))
        if counted is not None:
            counted += unmarked[group]
        elif unmarked[group] and group not in ours:
            continue
        if own != (stored, counted):
            problems.append(f"directories of group {group}: {own} instead "
                            f"of {(stored, counted)}")
    return problems


def owner_problems(report, image, deep, wanted):
    """Differences between bitmaps and owners, against those of e2fsck.

    WANTED has the four lists, DEEP the counts of directories.
    """
    geometry = report["geometry"]
    ratio = geometry["cluster_ratio"]
    problems = directory_problems(report, deep)
    lost = {"blocks": "block-bitmap-unreadable",
            "inodes": "inode-bitmap-unreadable"}
    per_group = {"blocks": geometry["clusters_per_group"],
                 "inodes": geometry["inodes_per_group"]}
    for code, field in OWNED.items():
        unit = "inodes" if code.startswith("inode") else "blocks"
        first = 1 if unit == "inodes" else geometry["first_data_block"]
        # A bitmap that cannot be read is all clear for libext2fs; here its
        # group is not compared.
        unread = without_bitmap(report, lost[unit])
        theirs = {n for n in numbers(wanted.get(field, []),
                                     1 if unit == "inodes" else ratio)
                  if (n - first) // per_group[unit] not in unread}
        ours = owned_numbers(report, code, ratio)
        if code == "cluster-unmarked" and ours - theirs:
            ours -= hidden_clusters(report, image, ratio) - theirs
        # Without the extents feature e2fsck reads extents through an iterator
        # of libext2fs that goes past the end of one that overlaps another.
        if unit == "blocks" and not geometry["incompat"] & EXTENTS and \
                of_code(report, "inode-invalid"):
            continue
        if ours != theirs:
            problems.append(f"{code}: missing {sorted(theirs - ours)[:20]}, "
                            f"unexpected {sorted(ours - theirs)[:20]}")
    return problems


def image_owners(report, oracle, image):
    deep = oracle["deep"].get(E2FSCK, {})
    if not deep.get("finished"):
        return []
    return owner_problems(report, image, deep, deep)


def synth_owners(report, oracle, image):
    if oracle.get("unsure") or not oracle["deep"].get("finished"):
        return []
    wanted = {"block_plus": oracle.get("plus", []),
              "block_minus": oracle.get("minus", []),
              "inode_plus": oracle.get("iplus", []),
              "inode_minus": oracle.get("iminus", [])}
    return owner_problems(report, image, oracle["deep"], wanted)


def repaired_owners(report, _oracle, _image):
    return repaired_problems(report, None)


def judge_owners(checker, image, oracle, compare, plain):
    """All that is wrong with the answer when it is asked for owners."""
    result = run(checker, "--json", "--owners", "--threads", "2",
                 "--journal=ignore", image)
    try:
        report = json.loads(result.stdout)
    except ValueError as error:
        return [f"no JSON with --owners: {error}; status "
                f"{result.returncode}"]
    if "findings" not in report:
        return ["with --owners not opened"]
    problems = compare(report, oracle, image)
    # What is found without owners is found with them.
    problems += differ("with --owners", [f["text"] for f in plain["findings"]
                                         if not f["code"].startswith("gd-free")],
                       [f["text"] for f in report["findings"]
                        if f["code"] not in OWNER_CODES
                        and not f["code"].startswith("gd-free")])
    if result.returncode != report["exit"] or \
            result.returncode & ~(DRIFT | OPERATIONAL):
        problems.append(f"with --owners: status {result.returncode}, exit "
                        f"{report['exit']}")
    again = run(checker, "--json", "--owners", "--threads", "1",
                "--journal=ignore", image)
    if again.stdout != result.stdout:
        problems.append("with --owners: another report with one thread")
    return problems


def unopenable_problems(checker, image, result, report):
    problems = []
    if result.returncode != OPERATIONAL:
        problems.append(f"status {result.returncode} instead of 8")
    if report.get("exit") != OPERATIONAL:
        problems.append(f"exit {report.get('exit')} in the report")
    if not any(isinstance(value, str) and value
               for value in (report.get("error") or {}).values()):
        problems.append("no message in the report")
    text = run(checker, image)
    if text.returncode != OPERATIONAL or not text.stderr.strip():
        problems.append("no message or another status as text")
    return problems


def facts(report):
    """What recovery cannot change: all but totals, which a mount counts anew,
    and what is said of the journal."""
    return [(f["code"], f["group"], f["stored"], f["counted"])
            for f in report["findings"]
            if f["code"] not in NOT_MAINTAINED
            and not f["code"].startswith("journal-")]


def e2fsck_differences(output):
    """The lists that e2fsck -fn prints, as the oracle has them."""
    lists = collections.defaultdict(list)
    for line in output.splitlines():
        kind, found, rest = line.partition(" bitmap differences:")
        for sign, first, last, alone in re.findall(
                r"([+-])(?:\((\d+)--(\d+)\)|(\d+))", found and rest):
            field = f"{kind.lower()}_{'plus' if sign == '+' else 'minus'}"
            lists[field].append([int(first or alone), int(last or alone)])
    return lists


def compare_recovered(checker, image, copy):
    """What is seen of an image, against a copy that was recovered."""
    problems = []
    for owners in ([], ["--owners"]):
        seen = json.loads(run(checker, "--json", *owners, image).stdout)
        after = json.loads(run(checker, "--json", *owners, copy).stdout)
        problems += [f"{f['code']}: explained by a {f['explained']}"
                     for f in seen["findings"]
                     if f["explained"] in ("journal", "mounted")]
        # Behind the replay, recovery releases them.
        seen["findings"] = [f for f in seen["findings"]
                            if f["explained"] != "orphans"]
        problems += differ("recovered", facts(after), facts(seen))
    output = run("e2fsck", "-fn", copy).stdout.decode(errors="replace")
    return problems + owner_problems(seen, copy, {},
                                     e2fsck_differences(output))


def recovered_problems(checker, image):
    """Is what is seen through the journal what e2fsck's recovery makes?"""
    seen = json.loads(run(checker, "--json", image).stdout)
    state = (seen["summary"]["journal"] or {}).get("state")
    problems = []
    if state in ("replayed", "partly"):
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, "copy")
            shutil.copyfile(image, copy)
            run("e2fsck", "-y", "-E", "journal_only", copy)
            problems = compare_recovered(checker, image, copy)
    elif state != "failed":
        problems.append(f"the journal is {state}")
    if state != "replayed" and not seen["summary"]["journal"]["reason"]:
        problems.append("no reason is given")
    return problems


def judge(checker, image, oracle, compare):
    """All that is wrong with the checker's answer on one image."""
    if compare is recovered_problems:
        return recovered_problems(checker, image)
    before = sha256(image)
    result = run(checker, "--json", "--threads", "1", "--journal=ignore",
                 image)
    problems = []
    try:
        report = json.loads(result.stdout)
    except ValueError as error:
        return [f"no JSON: {error}; status {result.returncode}",
                result.stderr.decode(errors="replace")[-2000:]]
    if "unopenable" in (oracle or {}).get("kinds", []):
        problems += unopenable_problems(checker, image, result, report)
    elif "findings" not in report:
        problems.append(f"not opened: {report.get('error')}")
    else:
        problems += compare[0](report, oracle)
        problems += judge_owners(checker, image, oracle, compare[1], report)
        wanted = expected_status(report["findings"])
        if result.returncode != wanted or report["exit"] != wanted:
            problems.append(f"status {result.returncode}, exit "
                            f"{report['exit']} in the report, findings "
                            f"stand for {wanted}")
    again = run(checker, "--json", "--threads", "8", "--journal=ignore",
                image)
    if (again.stdout, again.returncode) != (result.stdout, result.returncode):
        problems.append("another report with 8 threads")
    if sha256(image) != before:
        problems.append("the image was changed")
    return problems


def jobs(corpus, unpacked):
    """(name, image, what the oracle says, comparison), in order."""
    def load(name):
        with open(os.path.join(corpus, name), encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    images = load("oracle.jsonl")
    for oracle in images:
        yield ("images", oracle, (image_problems, image_owners))
    folder = os.path.join(unpacked, "repaired")
    for name in sorted(os.listdir(folder)):
        yield ("repaired", {"name": os.path.splitext(name)[0]},
               (repaired_problems, repaired_owners))
    for oracle in load("synth.jsonl"):
        yield ("synth", oracle, (synth_problems, synth_owners))
    if not shutil.which("e2fsck"):
        return
    for oracle in images:
        if oracle.get("shallow", {}).get("needs_recovery"):
            yield ("images", oracle, recovered_problems)


def main():
    checker, corpus, unpacked = sys.argv[1:4]

    def work(job):
        folder, oracle, compare = job
        image = os.path.join(unpacked, folder, oracle["name"] + ".img")
        try:
            return judge(checker, image, oracle, compare)
        except (OSError, KeyError, subprocess.TimeoutExpired) as error:
            return [f"{type(error).__name__}: {error}"]

    todo = list(jobs(corpus, unpacked))
    print(f"1..{len(todo)}", flush=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for number, (job, problems) in enumerate(
                zip(todo, pool.map(work, todo)), 1):
            verdict = "not ok" if problems else "ok"
            recovered = ", recovered" if job[2] is recovered_problems else ""
            print(f"{verdict} {number} - {job[0]} {job[1]['name']}{recovered}")
            for problem in problems:
                for line in str(problem).splitlines():
                    print(f"#   {line}")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
