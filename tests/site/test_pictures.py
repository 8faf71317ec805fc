from __future__ import annotations

import pytest

from gitlab_journal.chart import curves
from gitlab_journal.site.pictures import still

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
XHTML = "http://www.w3.org/1999/xhtml"
PIXEL = "data:image/png;base64,iVBORw0KGgo="
# As matplotlib writes it.
FIGURE = f"""<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
{HEAD} width="460pt" version="1.1">
 <metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>
 <defs><style type="text/css">*{{stroke-linejoin: round; stroke-linecap: butt}}</style>
 <path id="m1" d="M 0 0 L 0 3.5" style="stroke: #000000; clip-path: url(#p1)"/></defs>
 <g clip-path="url(#p1)"><use xlink:href="#m1" x="1"/><image xlink:href="{PIXEL}"/></g></svg>
"""


@pytest.mark.parametrize("drawing", [FIGURE, curves({"loss": [1.0, 0.5]}, title="<a> & b")])
def test_a_drawing_that_does_nothing_stays_as_it_is_to_the_byte(drawing):
    assert drawing.encode() == still(drawing.encode())


@pytest.mark.parametrize(
    "inside",
    [
        "<script>pwned()</script>",
        "<script href='https://example.org/pwned'/>",
        "<g onload='pwned()'/>",
        "<a href='javascript:pwned()'><text/></a>",
        "<a xlink:href='javascript:pwned()'><text/></a>",
        "<a><set attributeName='href' to='javascript:pwned()'/></a>",
        "<animate attributeName='href' values='javascript:pwned()'/>",
        "<foreignObject><p>pwned</p></foreignObject>",
        f"<iframe xmlns='{XHTML}' srcdoc='pwned'/>",
        f"<g><x:meta xmlns:x='{XHTML}' content='0;url=pwned'/></g>",
        "<mi xmlns='http://www.w3.org/1998/Math/MathML' href='javascript:pwned()'/>",
        "<image href='https://example.org/pwned.png'/>",
        "<image href='data:image/svg+xml,pwned'/>",
        "<style>@import 'https://example.org/pwned'</style>",
        "<style>@\\69mport 'https://example.org/pwned'</style>",
        "<rect style='fill:url(https://example.org/pwned)'/>",
        "<rect fill='url( \"//example.org/pwned\")'/>",
        "<g xml:base='https://example.org/pwned'/>",
    ],
)
def test_what_acts_in_a_drawing_is_left_out(inside):
    made = still(f'{HEAD}><circle r="9"/>{inside}</svg>'.encode()).decode()

    assert "pwned" not in made
    assert 'circle r="9"' in made


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg",
        b"\xff\xfe<\x00s\x00v\x00g\x00",
        b"<!DOCTYPE html><script>pwned()</script>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'><script>pwned()</script></html>",
        f"<!DOCTYPE svg [<!ENTITY x 'pwned'>]>{HEAD}>&x;</svg>".encode(),
        f"{HEAD}><script>pwned()</script><".encode(),
    ],
)
def test_what_reads_as_no_drawing_is_an_empty_one(content):
    assert b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>' == still(content)


def test_a_drawing_of_another_encoding_or_with_a_sheet_of_style_is_written_anew():
    odd = f'<?xml version="1.0" encoding="utf-7"?><?xml-stylesheet href="pwned"?>{HEAD}/>'

    assert not {b"utf-7", b"pwned"} & set(still(odd.encode()).replace(b'"', b" ").split())
    assert b"pwned" not in still(odd.encode())
