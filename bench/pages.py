"""What a browser fetches for the visitor's home: the page and all that it names."""

import gzip
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.request import urlopen

from bench import crowd
from bench.figures import Figure, Plan
from bench.server import Server

NAMED = re.compile(
    rb"""@import\s+["']([^"']+)|url\(["']?([^"')]+)|(?:from|import)\s*["'](\.[^"']+)"""
)
FONTS = (".ttf", ".woff", ".woff2")
KILOBYTE = 1000


class Links(HTMLParser):
    """The addresses of style sheets, scripts, pictures and icons in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        wanted = {"link": "href", "script": "src", "img": "src", "use": "href", "audio": "src"}
        if (address := given.get(wanted.get(tag, ""))) and not address.startswith("data:"):
            self.found.append(address)


def measure(plan: Plan) -> Iterator[Figure]:
    data = plan.room("home")
    crowd.gather(data, people=1, sessions=1)
    with Server(data) as server:
        files = follow(f"http://127.0.0.1:{server.address[1]}/")
    sizes = {path: len(gzip.compress(body, 6)) for path, body in files.items()}
    fonts = {path for path in sizes if path.endswith(FONTS)}
    yield Figure("home.size", sum(sizes[p] for p in sizes.keys() - fonts) / KILOBYTE, "kB gzip")
    yield Figure("home.files", len(sizes.keys() - fonts), "files")
    yield Figure("home.fonts", sum(sizes[path] for path in fonts) / KILOBYTE, "kB gzip")


def follow(page: str) -> dict[str, bytes]:
    """Every file that belongs to the page, by its path; each is fetched once."""
    files: dict[str, bytes] = {}
    waiting = [page]
    while waiting:
        address = urldefrag(waiting.pop()).url
        path = urlsplit(address).path
        if path in files:
            continue
        with urlopen(address, timeout=20) as answer:  # noqa: S310 - our own server
            files[path] = body = answer.read()
        waiting += [urljoin(address, name) for name in named_in(path, body)]
    return files


def named_in(path: str, body: bytes) -> list[str]:
    if path.endswith((".css", ".js")):
        return ["".join(part.decode() for part in found) for found in NAMED.findall(body)]
    if path == "/":
        links = Links()
        links.feed(body.decode())
        return links.found
    return []
