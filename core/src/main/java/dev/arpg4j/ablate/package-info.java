/**
 * Tables of models that are trained under one budget and judged alike.
 *
 * <p>Start at {@link dev.arpg4j.ablate.Table}, which names the {@link dev.arpg4j.ablate.Trial}s of
 * a table; each is trained once and decoded in one way or several, its {@link
 * dev.arpg4j.ablate.Line}s. A {@link dev.arpg4j.ablate.Result} is what a line came to, {@link
 * dev.arpg4j.ablate.Finding} holds two of them against what was published, and {@link
 * dev.arpg4j.ablate.TimePlan} says how long all of it takes. The runs themselves are {@code arpg
 * ablate}'s. Tests stand under the same package name.
 */
@NullMarked
package dev.arpg4j.ablate;

import org.jspecify.annotations.NullMarked;
