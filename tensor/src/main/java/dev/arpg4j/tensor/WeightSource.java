package dev.arpg4j.tensor;

/**
 * Row-major values of one weight at rest: a file's entry, an array, a random stream. It can be
 * opened more than once and gives the same values each time.
 */
public interface WeightSource {
  String name();

  Shape shape();

  /** Opens the values for reading; close the reader to give mappings back. */
  Reader open();

  /** Reads runs of values, in any order. */
  interface Reader extends AutoCloseable {
    /** Copies {@code count} values starting at element {@code from}, rounded to float. */
    void read(long from, float[] to, int offset, int count);

    /** Copies {@code count} values starting at element {@code from}. */
    void read(long from, double[] to, int offset, int count);

    @Override
    void close();
  }
}
