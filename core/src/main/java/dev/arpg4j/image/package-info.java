/**
 * Token grids as pictures: start at {@link dev.arpg4j.image.PatchCodebook}, which turns ids into
 * pixels; then {@link dev.arpg4j.image.ContactSheet} (many images with labels) and {@link
 * dev.arpg4j.image.OrderAnimation} (the cells as they appear) on {@link
 * dev.arpg4j.image.CellPictures}. Labels are drawn from a bitmap font of our own ({@code
 * glyphs.txt}), so a picture is the same on every machine and no font is needed. Writing goes to a
 * stream; {@link dev.arpg4j.tensor.io.AtomicFile} makes it a file. Tests stand in the package of
 * the same name.
 */
@NullMarked
package dev.arpg4j.image;

import org.jspecify.annotations.NullMarked;
