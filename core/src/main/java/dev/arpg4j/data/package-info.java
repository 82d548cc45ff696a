/**
 * Images to train on, as token grids with labels.
 *
 * <p>Start at {@link dev.arpg4j.data.DataSet}, which opens what {@code --data} names and sets a
 * part aside; what it holds are {@link dev.arpg4j.data.CodeSet}s: a table in memory, or {@code
 * .npy} files that are read as they are needed. Pictures are an {@link dev.arpg4j.data.ImageSet}:
 * {@link dev.arpg4j.data.ProceduralImages}, whose classes stand in {@code Figure}, or an {@link
 * dev.arpg4j.data.ImageFolder}; an {@link dev.arpg4j.data.ImageEncoder} makes codes of them. Then
 * {@link dev.arpg4j.data.Presentation}, which says what a run sees when, and {@link
 * dev.arpg4j.data.ReadAhead}, which has it ready. Codebooks are trained in {@link
 * dev.arpg4j.image.CodebookTraining}. Tests stand in the package of the same name.
 */
@NullMarked
package dev.arpg4j.data;

import org.jspecify.annotations.NullMarked;
