"""Answers of a server that is broken, hostile, or no HTTP server at all: raw bytes by name."""

import gzip
import json
import zlib

IDLE = b'{"status":"IDLE"}'

_STATUSES = (
    *(100, 102, 200, 201, 202, 204, 205, 206, 207, 226, 299),
    *(300, 301, 302, 303, 304, 305, 307, 308, 399),
    *(400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 415, 417, 418),
    *(421, 422, 423, 424, 425, 426, 428, 429, 431, 444, 451, 499),
    *(500, 501, 502, 503, 504, 505, 507, 508, 511, 520, 530, 599, 600, 999),
)
_CHARSETS = (
    *("undefined", "rot13", "utf-16", "utf-16-le", "utf-32", "utf-7", "idna", "punycode", "mbcs"),
    *("hex", "base64", "bz2", "zlib", "uu", "quopri", "unicode_escape", "raw_unicode_escape"),
    *("palmos", "latin-1", "x" * 5_000, '"', "", "utf-8\x0b", "../../etc/passwd", "\xff"),
)
_HEADERS = (
    *("Content-Encoding: br", "Content-Encoding: zstd", "Content-Encoding: gzip, gzip"),
    *("Content-Encoding: gzip", "Content-Encoding: deflate", "Content-Encoding: \xff"),
    *("Content-Length: -1", "Content-Length: 1e3", "Content-Length: 0\r\nContent-Length: 9"),
    *("Content-Length: 99999999999999999999", "Content-Length: 17, 17", "Content-Length:"),
    *("Transfer-Encoding: chunked", "Transfer-Encoding: gzip", "Transfer-Encoding: \xff"),
    *("Set-Cookie: \xff", "Set-Cookie: a=b; expires=never; Max-Age=x", "Set-Cookie: ;;;=;"),
    *("Link: <", 'Link: <>; rel="next"', 'Link: <http://[>; rel="next"', "Link: ;;,,<a>;rel"),
    *("Retry-After: 9999999999999999999999", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"),
    *("Retry-After: \u0663".encode().decode("latin-1"), "Retry-After: nan", "Retry-After: -0"),
    *("X-RateLimit-Reset: 10000-01-01", "X-RateLimit-Reset: 9999-12-31T23:59:59-14:00"),
    *("Location: http://[", "Location: //", "Location: \xff", "Location: http://a:99999/"),
    *(
        "Location: javascript:1",
        "Location: http://elsewhere.example/",
        f"Location: /{'x' * 70_000}",
    ),
    *("Connection: keep-alive, close, upgrade", "Upgrade: h2c", "no colon", ": no name"),
    *("X: a\x00b", "X: a\rb", "X : spaced", "X: a\r\n folded", f"X: {'x' * 200_000}"),
    "\r\n".join(f"X-{n}: y" for n in range(5_000)),
)
_DEEP = 100_000
_BODIES = {
    "nothing": b"",
    "white space": b" \r\n\t ",
    "null": b"null",
    "a text": b'"IDLE"',
    "a number": b"1e999",
    "a long number": b'{"status":' + b"9" * 5_000 + b"}",
    "a list": b"[]",
    "a list of odd things": b'[null, 1, "a", [], {"code": {}, "user": 1, "body": []}]',
    "an empty object": b"{}",
    "a wrong type": b'{"status":["IDLE"],"links":7,"progressStatus":{},"values":{},"message":[]}',
    "odd links": b'{"links":{"submitProgress":"http://[","submitResults":1,"cancel":"\xff"}}',
    "odd codes": json.dumps({"errors": [{"code": "A_B" * 90_000, "message": 1}] * 3}).encode(),
    "a surrogate": b'{"status":"\\ud800","code":"\\udfff","message":"\\ud800","body":"\\udc00"}',
    "not a number": b'{"status":NaN,"code":Infinity}',
    "doubled keys": b'{"status":"IDLE","status":"RUNNING"}',
    "a BOM": b"\xef\xbb\xbf" + IDLE,
    "Latin-1": '{"status":"Größe","message":"Größe"}'.encode("latin-1"),
    "UTF-16": IDLE.decode().encode("utf-16"),
    "UTF-16 without BOM": IDLE.decode().encode("utf-16-le"),
    "UTF-32": IDLE.decode().encode("utf-32"),
    "NUL bytes": b"\x00" * 64,
    "controls": b'{"status":"\\u001b[2J\\u0000","message":"\\u202e","code":"\\u001b]0;x\\u0007"}',
    "deep lists": b"[" * _DEEP + b"]" * _DEEP,
    "deep objects": b'{"a":' * _DEEP,
    "900 deep": b'{"status":' * 900 + b"1" + b"}" * 900,
    "HTML": b"<!DOCTYPE html><title>Sign in</title>",
    "cut JSON": b'{"status":"ID',
    "random bytes": bytes(range(256)),
}
_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
_CUTS = {
    "nothing": b"",
    "a letter": b"H",
    "half a status line": b"HTTP/1.1 20",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "half a body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + IDLE,
    "half a chunk": _CHUNKED + b"11\r\n" + IDLE[:5],
    "no last chunk": _CHUNKED + b"11\r\n" + IDLE + b"\r\n",
    "an odd chunk": _CHUNKED + b"-1\r\n" + IDLE,
    "a huge chunk": _CHUNKED + b"ffffffffffffffff\r\n" + IDLE,
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "TLS": b"\x15\x03\x01\x00\x02\x02\x28",
    "HTTP/0.9": IDLE,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/9.9": b"HTTP/9.9 200 OK\r\nContent-Length: 17\r\n\r\n" + IDLE,
    "no phrase": b"HTTP/1.1 200\r\nContent-Length: 17\r\n\r\n" + IDLE,
    "a status that is none": b"HTTP/1.1 abc OK\r\n\r\n",
    "a status of two digits": b"HTTP/1.1 20 OK\r\n\r\n",
    "a status of four digits": b"HTTP/1.1 2000 OK\r\n\r\n",
    "an upgrade": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "some answers that go on": b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50,
    "two answers": (b"HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n" + IDLE) * 2,
    "a request": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "lines": b"\r\n" * 1_000,
}


def _answer(status: int, headers: str, body: bytes, *, sized: bool = True) -> bytes:
    length = f"Content-Length: {len(body)}\r\n" if sized else ""
    head = f"HTTP/1.1 {status} Odd\r\n{length}{headers}\r\n"
    return head.encode("latin-1", "replace") + b"\r\n" + body


def _zipped(name: str, encoding: str, body: bytes) -> dict[str, bytes]:
    return {
        f"{name}, {status}": _answer(status, f"Content-Encoding: {encoding}", body)
        for status in (200, 400)
    }


ODD_ANSWERS = {
    **{
        f"{status} with {name}": _answer(status, "X: y", body)
        for status in _STATUSES
        for name, body in (("nothing", b""), ("JSON", IDLE))
    },
    **{
        f"charset {charset[:20]!r}, {status}": _answer(
            status, f"Content-Type: application/json; charset={charset}", body
        )
        for charset in _CHARSETS
        for status, body in ((200, IDLE), (400, b"\xff\xfe" + IDLE))
    },
    **{
        f"{header[:30]!r}, {status}": _answer(status, header, IDLE, sized=sized)
        for header in _HEADERS
        for status in (200, 303, 429)
        for sized in ("Content-Length" not in header and "Transfer" not in header,)
    },
    **{
        f"{name}, {status}": _answer(status, "X: y", body)
        for name, body in _BODIES.items()
        for status in (200, 202, 400, 409)
    },
    **_zipped("gzip", "gzip", gzip.compress(IDLE)),
    **_zipped("gzip in capitals", "GZIP", gzip.compress(IDLE)),
    **_zipped("gzip that is none", "gzip", IDLE),
    **_zipped("gzip without its end", "gzip", gzip.compress(IDLE)[:-9]),
    **_zipped("gzip with more behind it", "gzip", gzip.compress(IDLE) + b"more"),
    **_zipped("zlib called gzip", "gzip", zlib.compress(IDLE)),
    **_zipped("deflate", "deflate", zlib.compress(IDLE)),
    **{f"cut after {name}": answer for name, answer in _CUTS.items()},
}
