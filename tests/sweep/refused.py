"""The files of Pillow's tests that are of a format taken here and refused all the same, and why."""

NO_PIXELS = "it has no pixels, or is cut off before it has all: no viewer shows it whole"
NO_HEADER = "its header makes no sense: it was made to crash a decoder"
NOT_IN_PILLOW = "it is of a kind that Pillow does not read"
ENORMOUS = "its header claims more than 50 megapixels, of which the file holds hardly any"
BROKEN = "its pixels are damaged: the library of its format gives up"

REFUSED: dict[str, str] = {
    **dict.fromkeys(
        (
            "apng/syntax_num_frames_zero.png",
            "bmp/b/shortfile.bmp",
            "broken.png",
            "timeout-6646305047838720",
            "truncated_image.png",
            "ultrahdr.jpg",
        ),
        NO_PIXELS,
    ),
    **dict.fromkeys(
        (
            "bmp/b/badbitcount.bmp",
            "bmp/b/badheadersize.bmp",
            "bmp/b/badpalettesize.bmp",
            "hopper_unknown_pixel_mode.tif",
            "invalid_header_length.jp2",
            "libtiff_segfault.tif",
            "not_enough_data.jp2",
            "oom-225817ca0f8c663be7ab4b9e717b02c661e66834.tif",
            "seek_too_large.tif",
            "tiff_overflow_rows_per_strip.tif",
            "unbound_variable.jp2",
            "unknown_mode.j2k",
            "zero_height.j2k",
            "zero_width.gif",
        ),
        NO_HEADER,
    ),
    **dict.fromkeys(
        (
            "bmp/g/rgb32bf.bmp",
            "bmp/q/pal2.bmp",
            "bmp/q/pal8os2v2-16.bmp",
            "bmp/q/pal8oversizepal.bmp",
            "bmp/q/rgb16-231.bmp",
            "bmp/q/rgb24jpeg.bmp",
            "bmp/q/rgb24png.bmp",
            "bmp/q/rgb32-111110.bmp",
            "bmp/q/rgba16-4444.bmp",
            "bmp/q/rgba32abf.bmp",
            "expected_to_read.jp2",
            "hopper_webp.tif",
        ),
        NOT_IN_PILLOW,
    ),
    **dict.fromkeys(
        ("bmp/b/badwidth.bmp", "bmp/b/reallybig.bmp", "decompression_bomb.gif", "l2rgb_read.bmp"),
        ENORMOUS,
    ),
    **dict.fromkeys(
        (
            "00r0_gray_l.jp2",
            "00r1_graya_la.jp2",
            "balloon_eciRGBv2_aware.jp2",
            "broken_data_stream.png",
            "crash-4fb027452e6988530aa5dabee76eecacb3b79f8a.j2k",
            "crash-7d4c83eb92150fb8f1653a697703ae06ae7c4998.j2k",
            "crash-ccca68ff40171fdae983d924e127a721cab2bd50.j2k",
            "crash-d2c93af851d3ab9a19e34503626368b2ecde9c03.j2k",
            "tiff_tiled_jpeg_oob_read.tif",
        ),
        BROKEN,
    ),
}

SHOWN: dict[str, str] = {
    "apng/chunk_no_fctl.png": "its animation is broken, its still image is not",
    "png_decompression_dos.png": "a text beside the pixels is too large, and dropped",
    "truncated_end_chunk.png": "its end is missing, and no pixel",
    "truncated_jpeg.jpg": "half of its end marker is missing, and no pixel",
    "unknown_compression_method.png": "the profile beside its pixels is broken, and dropped",
}
"""The files that are shown though Pillow by itself refuses them, and why."""
