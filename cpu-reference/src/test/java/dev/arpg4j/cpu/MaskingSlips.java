package dev.arpg4j.cpu;

import dev.arpg4j.cpu.SlipsTest.Slip;
import dev.arpg4j.cpu.SlipsTest.Slipping;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;

/** Ways to get what decides which cells stay masked slightly wrong. */
final class MaskingSlips {
  private MaskingSlips() {}

  static List<Slip> all() {
    return Stream.of(noises(), selections(), remasks()).flatMap(List::stream).toList();
  }

  /** The same rewritings without a slip. */
  static List<Slip> none() {
    return List.of(
        gumbel("as it is", u -> -Math.log(-Math.log(Math.max(u, 0x1p-25)))),
        new Slip("remask", "as it is", Remask::new));
  }

  private static List<Slip> noises() {
    return List.of(
        gumbel("an exponential's noise", u -> -Math.log(Math.max(u, 0x1p-25))),
        gumbel("its opposite", u -> Math.log(-Math.log(Math.max(u, 0x1p-25)))),
        gumbel(
            "zero is raised to the next number", u -> -Math.log(-Math.log(Math.max(u, 0x1p-24)))));
  }

  private static Slip gumbel(String what, DoubleUnaryOperator noise) {
    return new Slip(
        "gumbel",
        what,
        backend ->
            new Slipping(backend) {
              @Override
              public Tensor gumbel(Tensor uniform) {
                double[] values = Arrays.stream(uniform.toDoubles()).map(noise).toArray();
                return tensor(uniform.shape(), values);
              }
            });
  }

  private static List<Slip> selections() {
    return List.of(
        new Slip(
            "select",
            "the other way round",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor select(Tensor key, Tensor limit, Tensor above, Tensor otherwise) {
                    return super.select(key, limit, otherwise, above);
                  }
                }),
        new Slip(
            "select",
            "a key at the limit is above it",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor select(Tensor key, Tensor limit, Tensor above, Tensor otherwise) {
                    return super.select(scale(key, -1), scale(limit, -1), otherwise, above);
                  }
                }));
  }

  private static List<Slip> remasks() {
    return List.of(
        new Slip(
            "remask",
            "ties stay masked",
            backend ->
                new Remask(backend) {
                  @Override
                  boolean stays(double confidence, double cut) {
                    return confidence <= cut;
                  }
                }),
        new Slip(
            "remask",
            "one more stays masked",
            backend ->
                new Remask(backend) {
                  @Override
                  int place(int masked, int remasked) {
                    return super.place(masked, remasked + 1);
                  }
                }),
        new Slip(
            "remask",
            "something stays masked even in the last iteration",
            backend ->
                new Remask(backend) {
                  @Override
                  int place(int masked, int remasked) {
                    return Math.max(1, Math.min(masked - 1, remasked));
                  }
                }),
        new Slip(
            "remask",
            "all may become known",
            backend ->
                new Remask(backend) {
                  @Override
                  int place(int masked, int remasked) {
                    return Math.max(0, Math.min(masked - 1, remasked));
                  }
                }),
        new Slip(
            "remask",
            "all may stay masked",
            backend ->
                new Remask(backend) {
                  @Override
                  int place(int masked, int remasked) {
                    return remasked < 1 ? 0 : Math.max(1, Math.min(masked, remasked));
                  }
                }),
        new Slip(
            "remask",
            "known places count by their confidence",
            backend ->
                new Remask(backend) {
                  @Override
                  double known(double confidence) {
                    return confidence;
                  }
                }));
  }

  /** The op written out, with methods to get wrong. */
  private static class Remask extends Slipping {
    Remask(Backend backend) {
      super(backend);
    }

    boolean stays(double confidence, double cut) {
      return confidence < cut;
    }

    int place(int masked, int remasked) {
      return remasked < 1 ? 0 : Math.max(1, Math.min(masked - 1, remasked));
    }

    double known(double confidence) {
      return Double.POSITIVE_INFINITY;
    }

    @Override
    public Tensor remask(
        Tensor ids, Tensor sampled, Tensor confidence, Tensor remasked, int maskId) {
      int[] y = ids.toInts();
      int[] wanted = remasked.toInts();
      int width = ids.shape().dim(1);
      for (int row = 0; row < wanted.length; row++) {
        double[] values =
            Arrays.copyOfRange(confidence.toDoubles(), row * width, (row + 1) * width);
        int masked = 0;
        for (int i = 0; i < width; i++) {
          boolean open = y[row * width + i] == maskId;
          masked += open ? 1 : 0;
          values[i] = open ? values[i] : known(values[i]);
        }
        double[] ascending = values.clone();
        Arrays.sort(ascending);
        int place = place(masked, wanted[row]);
        double cut = place < width ? ascending[place] : Double.POSITIVE_INFINITY;
        for (int i = 0; i < width; i++) {
          int at = row * width + i;
          if (y[at] == maskId && !stays(values[i], cut)) {
            y[at] = sampled.toInts()[at];
          }
        }
      }
      return ints(ids.shape(), y);
    }
  }
}
