/**
 * What holds for the source tree itself.
 *
 * <p>Start at {@link dev.arpg4j.properties.architecture.ArchitectureTest}: which room may look into
 * which, and what no room may use. {@link dev.arpg4j.properties.architecture.EveryTestRunsTest}
 * finds test classes that the build would pass over in silence.
 */
@NullMarked
package dev.arpg4j.properties.architecture;

import org.jspecify.annotations.NullMarked;
