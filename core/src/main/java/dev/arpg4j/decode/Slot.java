package dev.arpg4j.decode;

/**
 * One row of a layout (VARIANTS.md 0).
 *
 * @param place of its cell in the decoding order, known cells first; for a condition or special row
 *     which one it is, from 0
 * @param group the step that feeds it, from 0; of a feed before the first step, -1
 * @param index its row in the cache, or where it would stand
 */
public record Slot(Role role, int place, int group, int index) {}
