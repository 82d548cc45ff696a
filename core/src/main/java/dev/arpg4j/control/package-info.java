/**
 * Maps that images are conditioned by, cell by cell (VARIANTS.md 1.10).
 *
 * <p>Start at {@link dev.arpg4j.control.ControlMap}, a map of one number a pixel; {@link
 * dev.arpg4j.control.Edges} finds the edges of a picture, and {@link dev.arpg4j.control.EdgeMatch}
 * says how well two maps of edges agree. What a model makes of a map is in {@link
 * dev.arpg4j.model.QuerySource}. Tests stand in the package of the same name.
 */
@NullMarked
package dev.arpg4j.control;

import org.jspecify.annotations.NullMarked;
