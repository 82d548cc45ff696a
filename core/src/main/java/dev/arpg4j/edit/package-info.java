/**
 * Editing without training for it (VARIANTS.md 1.9): cells of a picture are known, the others are
 * decoded.
 *
 * <p>Start at {@link dev.arpg4j.edit.Original}, a picture and its {@link
 * dev.arpg4j.edit.HiddenPixels}; then {@link dev.arpg4j.edit.KnownPicture}, its cells, which says
 * what an encoder may see and puts kept pixels back. {@link dev.arpg4j.edit.Window}s decode what is
 * missing: one over all of the picture, or several that slide over a larger one. {@link
 * dev.arpg4j.edit.Seam} measures the border between kept and made. Tests stand in the package of
 * the same name.
 */
@NullMarked
package dev.arpg4j.edit;

import org.jspecify.annotations.NullMarked;
