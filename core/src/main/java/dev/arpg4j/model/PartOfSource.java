package dev.arpg4j.model;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;

/**
 * A run of another source's values under a shape of its own: a part of a fused tensor, or the
 * tensor without its axes of one.
 *
 * @param from the first element
 */
record PartOfSource(WeightSource whole, Shape shape, long from) implements WeightSource {
  /** The rows {@code from .. to-1} along the first axis. */
  static PartOfSource rows(WeightSource whole, int from, int to) {
    Shape shape = whole.shape().with(0, to - from);
    return new PartOfSource(whole, shape, from * (whole.shape().size() / whole.shape().dim(0)));
  }

  @Override
  public String name() {
    return whole.name();
  }

  @Override
  public Reader open() {
    return new PartReader(whole.open(), from);
  }

  private record PartReader(Reader whole, long shift) implements Reader {
    @Override
    public void read(long from, float[] to, int offset, int count) {
      whole.read(shift + from, to, offset, count);
    }

    @Override
    public void read(long from, double[] to, int offset, int count) {
      whole.read(shift + from, to, offset, count);
    }

    @Override
    public void close() {
      whole.close();
    }
  }
}
