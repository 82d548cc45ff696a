/**
 * The command line: start at {@link dev.arpg4j.cli.Main}, which lists the commands and turns what
 * goes wrong into one line and an exit code. Then a command, for instance {@link
 * dev.arpg4j.cli.GenerateCommand}: it validates every setting first, computes, and writes all of
 * its files at the end or none. Groups of flags shared between commands are mixins: {@link
 * dev.arpg4j.cli.DecodeOptions}, {@link dev.arpg4j.cli.BackendOptions}; {@link
 * dev.arpg4j.cli.DeviceOptions} and what else is public here serves the commands of other rooms.
 * {@link dev.arpg4j.cli.LocalModel} and {@link dev.arpg4j.cli.LocalTokenizer} are what is found in
 * files, {@link dev.arpg4j.cli.CommandReport} is what stands beside results. What {@code verify}
 * checks stands in {@link dev.arpg4j.cli.VerifySection}s. {@code Launcher} is what the script
 * {@code ./arpg} starts. Tests stand in the package of the same name.
 */
@NullMarked
package dev.arpg4j.cli;

import org.jspecify.annotations.NullMarked;
