/**
 * The command line: start at {@link dev.arpg4j.cli.Main}, which the launcher {@code ./arpg} runs.
 */
@NullMarked
package dev.arpg4j.cli;

import org.jspecify.annotations.NullMarked;
