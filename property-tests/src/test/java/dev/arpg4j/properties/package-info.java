/**
 * What must hold for every model, plan and backend, tried on random ones.
 *
 * <p>Class names end in {@code Test}: Surefire runs nothing else.
 */
@NullMarked
package dev.arpg4j.properties;

import org.jspecify.annotations.NullMarked;
