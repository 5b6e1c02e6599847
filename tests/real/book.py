"""Reads a site made by mdBook: all pages of docs/ are there, no link is dead, nothing comes from elsewhere."""

import html.parser
import pathlib
import sys
import urllib.parse


class Page(html.parser.HTMLParser):
    """The anchors, the links and the sources of a page."""

    def __init__(self, path):
        super().__init__()
        self.anchors, self.links, self.sources = set(), [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if attributes.get("id"):
            self.anchors.add(attributes["id"])
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        for name in ("src", "href"):
            if tag in ("script", "link", "img", "iframe") and attributes.get(name):
                self.sources.append(attributes[name])


def main(site):
    pages = {path: Page(path) for path in sorted(site.rglob("*.html"))}
    faults = []
    for source in pathlib.Path("docs").rglob("*.md"):
        if source.name != "SUMMARY.md" and "node_modules" not in source.parts:
            if site / source.relative_to("docs").with_suffix(".html") not in pages:
                faults.append(f"{source} is not in docs/SUMMARY.md")
    for path, page in pages.items():
        shown = path.relative_to(site)
        for target in page.links + page.sources:
            parts = urllib.parse.urlsplit(target)
            if parts.scheme or parts.netloc:
                if target in page.sources:
                    faults.append(f"{shown}: takes {target} from elsewhere")
                continue
            # The page for unknown addresses names everything from the root of the site.
            base = site if parts.path.startswith("/") or shown.name == "404.html" else path.parent
            found = (base / urllib.parse.unquote(parts.path).lstrip("/")).resolve() if parts.path else path
            found = found / "index.html" if found.is_dir() else found
            if not found.is_file() or not found.is_relative_to(site):
                faults.append(f"{shown}: {target} leads nowhere")
            elif parts.fragment and found in pages and shown.name not in ("print.html", "toc.html"):
                if urllib.parse.unquote(parts.fragment) not in pages[found].anchors:
                    faults.append(f"{shown}: there is no such place as {target}")
    if faults:
        sys.exit("FAILED:\n" + "\n".join(faults))
    links = sum(len(page.links) for page in pages.values())
    print(f"{len(pages)} pages with {links} links, none of them dead.")


main(pathlib.Path(sys.argv[1]).resolve())
