package dev.arpg4j.tensor;

/**
 * The kernel of a convolution with the channels of each tap side by side, as patches of an image
 * have them: [O, kh, kw, C] of a published [O, C, kh, kw]. Output channels stay where they are, so
 * a reader holds one of them at a time.
 */
public final class ChannelsLast implements WeightSource {
  private final WeightSource published;
  private final int channels;
  private final int taps;

  /**
   * @param published [O, C, kh, kw]
   */
  public ChannelsLast(WeightSource published) {
    Shape shape = published.shape();
    this.published = published;
    this.channels = shape.dim(1);
    this.taps = Math.multiplyExact(shape.dim(2), shape.dim(3));
  }

  @Override
  public String name() {
    return published.name();
  }

  @Override
  public Shape shape() {
    Shape shape = published.shape();
    return Shape.of(shape.dim(0), shape.dim(2), shape.dim(3), shape.dim(1));
  }

  @Override
  public Reader open() {
    return new Permuting(published.open());
  }

  /** Where values go. */
  @FunctionalInterface
  private interface Sink {
    void put(int at, double value);
  }

  /** Reads an output channel as it was published and hands out its values in the other order. */
  private final class Permuting implements Reader {
    private final Reader reader;
    private final double[] output = new double[Math.multiplyExact(channels, taps)];
    private long held = -1;

    Permuting(Reader reader) {
      this.reader = reader;
    }

    @Override
    public void read(long from, float[] to, int offset, int count) {
      read(from, count, (at, value) -> to[offset + at] = (float) value);
    }

    @Override
    public void read(long from, double[] to, int offset, int count) {
      read(from, count, (at, value) -> to[offset + at] = value);
    }

    private void read(long from, int count, Sink sink) {
      int done = 0;
      while (done < count) {
        long place = from + done;
        hold(place / output.length);
        int first = (int) (place % output.length);
        int run = Math.min(count - done, output.length - first);
        int channel = first % channels;
        int tap = first / channels;
        for (int i = 0; i < run; i++) {
          sink.put(done + i, output[channel * taps + tap]);
          channel++;
          if (channel == channels) {
            channel = 0;
            tap++;
          }
        }
        done += run;
      }
    }

    private void hold(long wanted) {
      if (wanted != held) {
        reader.read(wanted * output.length, output, 0, output.length);
        held = wanted;
      }
    }

    @Override
    public void close() {
      reader.close();
    }
  }
}
