import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corus.web.compress import Splice, squeeze

MARK = b"\x00mark\x00"
PARTS = st.binary(max_size=3000).map(lambda part: part.replace(b"\x00", b"0"))


@given(PARTS, PARTS, st.binary(max_size=200))
def test_spliced_gzip_unpacks_to_exactly_the_page(before, after, text):
    splice = Splice.cut(before + MARK + after, MARK)
    assert splice.plain(text) == before + text + after
    assert gzip.decompress(splice.gzipped(text)) == splice.plain(text)


@given(PARTS, PARTS)
def test_spliced_gzip_is_one_member_with_nothing_after_it(before, after):
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    body = Splice.cut(before + MARK + after, MARK).gzipped(b"a" * 32)
    assert unpacker.decompress(body) == before + b"a" * 32 + after
    assert unpacker.eof
    assert unpacker.unused_data == b""


def test_splice_costs_under_two_percent_of_a_page_compressed_whole():
    page = b"".join(b"<label><input value=%d> answer %d</label>" % (n, n) for n in range(3000))
    splice = Splice.cut(page + MARK + b"</form>", MARK)
    assert len(splice.gzipped(b"a" * 32)) < 1.02 * len(squeeze(page)) + 60


@pytest.mark.parametrize("page", [b"none", MARK + b"two" + MARK])
def test_page_without_exactly_one_mark_is_refused(page):
    with pytest.raises(ValueError, match="instead of once"):
        Splice.cut(page, MARK)


def test_text_longer_than_a_stored_block_is_refused():
    splice = Splice.cut(MARK, MARK)
    assert gzip.decompress(splice.gzipped(b"x" * 65_535)) == b"x" * 65_535
    with pytest.raises(ValueError, match="65,535"):
        splice.gzipped(b"x" * 65_536)


def test_squeezed_bytes_depend_on_nothing_but_the_content():
    assert squeeze(b"page") == squeeze(b"page")
    assert gzip.decompress(squeeze(b"page")) == b"page"
