"""Pictures: what a person would see counts, what nobody sees does not."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from gonogo.comparing.images import compare_images, diff_picture
from gonogo.comparing.images_noise import looks_same
from gonogo.model.errors import EvidenceError

SIZE = (400, 300)


def png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def page(
    *,
    amount: str = "120.00",
    down: int = 0,
    right: int = 0,
    size: tuple[int, int] = SIZE,
    plain: bool = False,
) -> Image.Image:
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    if plain:
        return picture
    font = ImageFont.load_default(16)
    draw.rectangle((0, 0, size[0], 40), fill=(29, 79, 124))
    draw.text((12, 10), "Meridian Housing", font=font, fill="white")
    for row in range(5):
        top = 60 + row * 40 + down
        draw.rectangle((10 + right, top, 380 + right, top + 30), outline="#cccccc")
        text = amount if row == 2 else f"{row * 37}.{row * 11:02}"
        draw.text((20 + right, top + 6), f"Tenant {row}     {text}", font=font, fill="black")
    return picture


def test_equal_files_are_the_same_without_being_read() -> None:
    assert compare_images(b"not a picture at all", b"not a picture at all").is_different is False


def test_equal_pixels_in_another_encoding_are_the_same() -> None:
    file = io.BytesIO()
    page().save(file, "PNG", compress_level=0)
    assert file.getvalue() != png(page())
    change = compare_images(png(page()), file.getvalue())
    assert not change.is_different
    assert change.summary == ""


def test_another_figure_in_one_cell_is_a_difference_and_its_place_is_named() -> None:
    change = compare_images(png(page()), png(page(amount="128.00")))
    assert change.is_different
    assert change.summary.startswith("less than 0.1% of the page differs, mostly the")
    assert 0 < change.share < 0.001
    assert "from the top" in change.detail


@pytest.mark.parametrize(
    ("before", "after"), [("120.00", "120.08"), ("6", "8"), ("1.00", "7.00"), ("E", "F")]
)
def test_one_character_that_became_another_of_like_shape_is_seen(before: str, after: str) -> None:
    assert compare_images(png(page(amount=before)), png(page(amount=after))).is_different


@pytest.mark.parametrize("down", [-2, -1, 0, 1, 2])
@pytest.mark.parametrize("right", [-2, 0, 1, 2])
def test_content_that_moved_by_up_to_two_pixels_is_not_a_difference(down: int, right: int) -> None:
    assert not compare_images(png(page()), png(page(down=down, right=right))).is_different


@pytest.mark.parametrize("down", [3, 4, 10])
def test_content_that_moved_further_is_a_difference(down: int) -> None:
    assert compare_images(png(page()), png(page(down=down))).is_different


def test_a_figure_that_changed_while_everything_moved_is_still_seen() -> None:
    assert compare_images(png(page()), png(page(amount="128.00", down=1))).is_different


def test_a_colour_too_close_for_the_eye_is_not_a_difference() -> None:
    other = Image.eval(page(), lambda value: max(0, value - 3))
    assert not compare_images(png(page()), png(other)).is_different


def test_another_background_is_a_difference_of_the_whole_page() -> None:
    dark = Image.new("RGB", SIZE, (40, 40, 40))
    change = compare_images(png(page(plain=True)), png(dark))
    assert change.share == pytest.approx(1.0)
    assert change.summary == "100% of the page differs, in many places"


def test_smoothing_of_the_same_edge_is_not_a_difference() -> None:
    first, second = (Image.new("RGB", (60, 60), "white") for _ in range(2))
    for picture, grey in ((first, 100), (second, 170)):
        draw = ImageDraw.Draw(picture)
        draw.rectangle((0, 0, 30, 60), fill="black")
        draw.line((31, 0, 31, 60), fill=(grey, grey, grey))
    assert not compare_images(png(first), png(second)).is_different


def test_a_page_that_grew_is_a_difference_and_says_by_how_much() -> None:
    change = compare_images(png(page()), png(page(size=(400, 347))))
    assert change.is_different
    assert change.summary == "the page is 47 pixels longer"
    assert change.share == pytest.approx(47 / 347)


def test_a_page_that_grew_by_a_shift_s_worth_is_the_same() -> None:
    assert not compare_images(png(page()), png(page(size=(400, 302), down=2))).is_different


def test_a_narrower_and_shorter_page_is_told_in_both_directions() -> None:
    change = compare_images(png(page(plain=True)), png(page(plain=True, size=(390, 280))))
    assert change.summary == "the page is 20 pixels shorter, and the page is 10 pixels narrower"


def test_differences_within_the_tolerance_are_told_but_do_not_count() -> None:
    change = compare_images(png(page()), png(page(amount="128.00")), tolerance=0.01)
    assert not change.is_different
    assert change.share > 0


def test_what_is_transparent_is_seen_on_white() -> None:
    clear = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    assert not compare_images(png(page(plain=True)), png(clear)).is_different


@pytest.mark.parametrize("rubbish", [b"", b"<html>Sorry</html>", b"\x89PNG\r\n\x1a\n broken"])
def test_bytes_that_are_no_picture_are_a_difference_not_an_error(rubbish: bytes) -> None:
    change = compare_images(png(page()), rubbish)
    assert change.is_different
    assert change.summary == "The candidate's picture cannot be read."


def test_a_truncated_picture_is_a_difference_not_an_error() -> None:
    whole = png(page())
    assert compare_images(whole, whole[: len(whole) // 2]).is_different


def test_comparing_the_other_way_round_gives_the_same_share() -> None:
    one, other = png(page()), png(page(amount="999.99", down=1))
    assert compare_images(one, other).share == compare_images(other, one).share


def test_the_difference_picture_marks_what_changed_and_nothing_else() -> None:
    marked = np.asarray(Image.open(io.BytesIO(diff_picture(png(page()), png(page(amount="128.00"))))))
    assert marked.shape == (300, 400, 3)
    rows, _ = np.nonzero((marked == (213, 0, 109)).all(axis=2))
    assert rows.min() >= 120
    assert rows.max() <= 200


def test_the_difference_picture_is_as_large_as_the_larger_page() -> None:
    marked = Image.open(io.BytesIO(diff_picture(png(page()), png(page(size=(400, 500))))))
    assert marked.size == (400, 500)


def test_a_difference_picture_of_no_picture_is_refused() -> None:
    with pytest.raises(EvidenceError, match="candidate's picture"):
        diff_picture(png(page()), b"<html>")


def test_colours_are_the_same_up_to_a_tenth_of_black_against_white() -> None:
    def packed(*greys: int) -> np.ndarray:
        return np.array([grey * 0x010101 + 0xFF000000 for grey in greys], dtype=np.uint32)

    black = packed(0, 0, 0)
    assert looks_same(black, packed(0, 26, 27)).tolist() == [True, True, False]
