package dev.arpg4j.jmh.kernels;

/**
 * Where a version writes: {@code blocks} runs of neighbouring entries in a device array.
 *
 * @param address of the array
 * @param size of the array, in entries
 * @param first the place of the first run
 * @param stride from one run to the next
 * @param run entries that have to be written in each
 */
record Output(
    long address, long size, Operand.Kind kind, long first, int blocks, long stride, long run) {
  /** All of an array. */
  static Output whole(long address, long size, Operand.Kind kind) {
    return new Output(address, size, kind, 0, 1, size, size);
  }

  /** Of what has to be written. */
  long bytes() {
    return blocks * run * kind.bytes();
  }

  /** The address of an entry of the array. */
  long address(long place) {
    return address + place * kind.bytes();
  }
}
