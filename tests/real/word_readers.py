"""Creates Word files with python-docx, runs zhubi on them, and checks the results with python-docx.

Arguments: the zhubi program, a working directory, and optionally the number of damaged files to try.
"""

import copy
import io
import random
import re
import resource
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

ZHUBI, HOME = Path(sys.argv[1]).resolve(), Path(sys.argv[2])


def zhubi(*arguments, code=0):
    """Runs zhubi, checks its exit code and returns its standard output."""
    done = subprocess.run([ZHUBI, *map(str, arguments)], capture_output=True, timeout=60)
    assert done.returncode == code, (arguments, done.returncode, done.stderr.decode())
    return done.stdout


def page():
    """A document with headings, runs split within words, a list, a table, a header, and another author's tracked
    changes and comment."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "江城日报,要闻"
    document.add_heading("两地携手,共建联盟", 1)
    paragraph = document.add_paragraph("两地工会昨天在江城签约")
    for bold, text in [(True, ",三个联"), (False, "盟正式成"), (True, "立."), (False, "他说,\t这是第一步,")]:
        paragraph.add_run(text).bold = bold
    paragraph.add_run("下一步\n已有安排。")
    document.add_heading("招聘岗位", 2)
    document.add_paragraph("校对人员若干名,热爱校对工作.", style="List Bullet")
    table = document.add_table(2, 2)
    table.cell(0, 0).text = "姓名,单位"
    table.cell(1, 1).text = "王小明"
    changed = document.add_paragraph("此前")
    author = f'{nsdecls("w")} w:id="41" w:author="编辑" w:date="2023-11-01T08:00:00Z"'
    changed._p.append(parse_xml(f"<w:ins {author}><w:r><w:t>新增,一句</w:t></w:r></w:ins>"))
    changed._p.append(
        parse_xml(f"<w:del {author.replace('41', '42')}><w:r><w:delText>删去,一句</w:delText></w:r></w:del>")
    )
    changed.add_run("。")
    document.add_comment(document.paragraphs[1].runs, text="请核对,谢谢", author="编辑")
    return document


def no_comment():
    """A document without comments, so that zhubi has to add the comments part."""
    document = docx.Document()
    document.add_paragraph("甲乙,丙丁 .")
    document.add_paragraph("约2023年11月1日左右,共有大约500多人参加，平均年龄45岁左右。")
    return document


def header_only():
    """A document whose body has only empty paragraphs, so that comments on the header have no words to be on."""
    document = docx.Document()
    document.add_paragraph()
    document.sections[0].header.paragraphs[0].text = "江城日报,2月30日."
    return document


def formats():
    """A document with marks side by side in runs of different formatting, and with locked content controls."""
    document = docx.Document()
    paragraph = document.add_paragraph()
    for size, text in enumerate(["张三说:", '"', "你好,世界.", '"', "他走了,"]):
        paragraph.add_run(text).font.size = docx.shared.Pt(10 + size)
    control = f'<w:sdt {nsdecls("w")}><w:sdtPr><w:lock w:val="contentLocked"/></w:sdtPr><w:sdtContent/></w:sdt>'
    document.add_paragraph()._p.append(parse_xml(control))
    document.paragraphs[-1]._p[-1][-1].append(parse_xml(f'<w:r {nsdecls("w")}><w:t>锁定,内容.</w:t></w:r>'))
    return document


def run_sizes(document, accepted):
    """Returns the text of each size of font in the order of the document, with changes accepted."""
    sizes = []
    for run in document.element.body.iter(qn("w:r")):
        deleted = any(a.tag == qn("w:del") for a in run.iterancestors())
        size, text = run.find(f".//{qn('w:sz')}"), "".join(t.text or "" for t in run.iter(qn("w:t")))
        if text and not (deleted and accepted):
            key = size.get(qn("w:val")) if size is not None else None
            if sizes and sizes[-1][0] == key:
                sizes[-1] = (key, sizes[-1][1] + text)
            else:
                sizes.append((key, text))
    return sizes


def parts(path):
    """Returns the files in the archive: name → content."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# The author of the tracked changes and comments that zhubi writes.
AUTHOR = "朱笔"


def by_zhubi(document, tag):
    """Returns the elements with this tag whose author is zhubi."""
    return [element for element in document.element.iter(qn(tag)) if element.get(qn("w:author")) == AUTHOR]


def paragraph_texts(document, reject):
    """Returns the text of each paragraph with the tracked changes of other authors accepted.

    The tracked changes of zhubi are rejected if `reject` is true, otherwise accepted.
    """
    body = copy.deepcopy(document.element.body)
    lines = []
    for paragraph in body.iter(qn("w:p")):
        text = ""
        for element in paragraph.iter(qn("w:t"), qn("w:delText"), qn("w:tab"), qn("w:br")):
            enclosing = {(a.tag, a.get(qn("w:author")) == AUTHOR) for a in element.iterancestors()}
            removed = (qn("w:ins"), True) if reject else (qn("w:del"), True)
            if (qn("w:del"), False) not in enclosing and removed not in enclosing:
                text += {qn("w:tab"): "\t", qn("w:br"): "\n"}.get(element.tag) or element.text or ""
        lines.append(text)
    return lines


def check_document(name, document):
    """Fixes a document with tracked changes and with changes accepted, and checks both results."""
    draft, tracked, accepted = (HOME / f"{name}{end}.docx" for end in ("", "-tracked", "-accepted"))
    document.save(draft)
    before = parts(draft)
    zhubi("fix", "--suggested", "-o", tracked, draft)
    zhubi("fix", "--suggested", "--accept", "-o", accepted, draft)
    assert parts(draft) == before

    after = parts(tracked)
    may_change = {"word/document.xml", "word/comments.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"}
    changed = {part for part in after if after[part] != before.get(part)} - may_change
    assert all(part.startswith("word/header") for part in changed), changed
    assert [part for part in after if part in before] == list(before)

    read, plain = docx.Document(tracked), docx.Document(accepted)
    if name != "header-only":
        assert by_zhubi(read, "w:ins") and by_zhubi(read, "w:del")
    assert run_sizes(read, accepted=True) == run_sizes(plain, accepted=True)
    comments = [comment for comment in read.comments if comment.author == AUTHOR]
    assert comments and all("/" in comment.paragraphs[-1].text for comment in comments)
    referenced = {element.get(qn("w:id")) for element in read.element.iter(qn("w:commentReference"))}
    assert {str(comment.comment_id) for comment in comments} <= referenced
    ids = [element.get(qn("w:id")) for tag in ("w:ins", "w:del") for element in read.element.iter(qn(tag))]
    assert len(ids) == len(set(ids)), ids

    assert paragraph_texts(read, reject=True) == paragraph_texts(document, reject=True)
    assert paragraph_texts(read, reject=False) == paragraph_texts(plain, reject=False)
    assert not by_zhubi(plain, "w:ins") and not any(comment.author == AUTHOR for comment in plain.comments)

    again = HOME / "again.docx"
    for fixed, options in [(tracked, []), (accepted, ["--accept"])]:
        again.write_bytes(fixed.read_bytes())
        zhubi("fix", "--suggested", *options, again)
        assert again.read_bytes() == fixed.read_bytes(), f"{fixed} was changed again"
    assert zhubi("fix", "--suggested", "--accept", "--stdout", draft) == accepted.read_bytes()
    return draft


def damaged(data, rng):
    """Returns a damaged copy of a Word file: either random bytes of the archive or the XML of one part is changed."""
    if rng.random() < 0.3:
        data = bytearray(data)
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        return bytes(data[: rng.randrange(len(data))] if rng.random() < 0.3 else data)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        damaged_part = rng.choice(["word/document.xml"] * 6 + old.namelist())
        for name in old.namelist():
            content = bytearray(old.read(name))
            if name == damaged_part:
                tags = [match.span() for match in re.finditer(rb"<[^>]*>|[^<>]+", content)]
                start, end = rng.choice(tags)
                other = content[slice(*rng.choice(tags))]
                content[start:end] = rng.choice([b"", content[start:end] * 2, other, b"&x;", b"<w:r/>", "，,".encode()])
            new.writestr(name, bytes(content))
    return out.getvalue()


def check_damaged_files(draft, count):
    """Fixes damaged files: zhubi must neither crash nor hang, and must leave a file unchanged if it refuses it."""
    rng = random.Random(20231101)
    data, path = draft.read_bytes(), HOME / "damaged.docx"
    codes = {0: 0, 2: 0}
    for _ in range(count):
        content = damaged(data, rng)
        path.write_bytes(content)
        started = time.monotonic()
        done = subprocess.run([ZHUBI, "fix", "--suggested", path], capture_output=True, timeout=20)
        assert time.monotonic() - started < 2 * SLOW, "zhubi hangs"
        assert done.returncode in codes, done.stderr.decode()
        codes[done.returncode] += 1
        if done.returncode == 2:
            assert path.read_bytes() == content, "a refused file was changed"
    assert min(codes.values()) > count // 10, codes
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    assert most < 300, f"{most} MB"
    print(f"{count} damaged files: {codes[0]} read, {codes[2]} refused, at most {most} MB")


def check_bomb(draft):
    """Checks that zhubi refuses a small archive that expands to hundreds of megabytes."""
    bomb = HOME / "bomb.docx"
    with zipfile.ZipFile(draft) as old, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) if name != "word/document.xml" else b" " * (400 << 20))
    assert "解压后过大".encode() in subprocess.run([ZHUBI, "check", bomb], capture_output=True).stderr


# The time limits are multiplied by this factor, because a debug build is slower than a release build.
SLOW = 3
MAKERS = [("page", page), ("no-comment", no_comment), ("header-only", header_only), ("formats", formats)]
drafts = [check_document(name, make()) for name, make in MAKERS]
report = zhubi("check", drafts[0], code=1).decode()
assert "第 3 段第 12 字" in report or "第 2 段第" in report, report
check_damaged_files(drafts[0], int(sys.argv[3]) if len(sys.argv) > 3 else 1000)
check_bomb(drafts[0])
print("python-docx reads the files that zhubi writes")
