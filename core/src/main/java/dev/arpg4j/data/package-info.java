/** Images to train on, as token grids with labels: {@link dev.arpg4j.data.CodeSet}. */
@NullMarked
package dev.arpg4j.data;

import org.jspecify.annotations.NullMarked;
