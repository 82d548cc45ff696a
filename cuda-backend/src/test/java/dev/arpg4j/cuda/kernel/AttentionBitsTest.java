package dev.arpg4j.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.cuda.kernel.Attention.Extents;
import dev.arpg4j.cuda.kernel.Attention.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What float32 attention promises of bits, and which version is taken when. */
class AttentionBitsTest {
  private static final int WIDTH = 2 * 6;

  /** Eleven queries over 75 keys in two batch rows, each alone and in company. */
  @Test
  void aRowOfFloat32DoesNotDependOnItsCompany() {
    int n = 11;
    int m = 75;
    Numbers numbers = new Numbers(30);
    double[] q = numbers.reals(Element.F32, 2 * n * WIDTH, 2);
    double[] k = numbers.reals(Element.F32, 2 * m * WIDTH, 2);
    double[] v = numbers.reals(Element.F32, 2 * m * WIDTH, 2);
    int[] ends = numbers.ints(n, 1, m + 1);
    double[] together = attend(q, k, v, ends, 2, m);
    for (int b = 0; b < 2; b++) {
      for (int i = 0; i < n; i++) {
        int from = (b * n + i) * WIDTH;
        int held = ends[i]; // no more keys than the row sees: another m, another number of chunks
        double[] alone =
            attend(
                Arrays.copyOfRange(q, from, from + WIDTH),
                Arrays.copyOfRange(k, b * m * WIDTH, (b * m + held) * WIDTH),
                Arrays.copyOfRange(v, b * m * WIDTH, (b * m + held) * WIDTH),
                new int[] {ends[i]},
                1,
                held);
        assertThat(alone).isEqualTo(Arrays.copyOfRange(together, from, from + WIDTH));
      }
    }
  }

  private static double[] attend(double[] q, double[] k, double[] v, int[] ends, int batch, int m) {
    try (ShimDevice device = new ShimDevice(ShimLibrary.original(), 0, 0)) {
      var y = device.result(Element.F32, q.length);
      new Attention(device, Element.F32)
          .attend(
              device.reals(Element.F32, q),
              device.reals(Element.F32, k),
              device.reals(Element.F32, v),
              new Index(device.ints(ends), 1),
              y.address(),
              new Extents(batch, ends.length, m, (long) m * WIDTH, 2, 6),
              0.4f,
              Rotation.NONE,
              0,
              device.fault());
      assertThat(device.damage()).isEmpty();
      return y.reals();
    }
  }

  @Test
  void takesTensorCoresForBfloat16AndSplitsWhereBlocksAreFew() {
    Attention full = new Attention(new Card(132), Element.BF16);
    assertThat(full.version(arpg(128, 20, 256))).isEqualTo(Version.MMA);
    assertThat(full.version(arpg(2, 3, 256))).isEqualTo(Version.MMA);
    assertThat(full.version(arpg(2, 3, 4096))).isEqualTo(Version.MMA_SPLIT);
    assertThat(full.version(new Extents(1, 3, 4096, 4096L * 66, 1, 66))).isEqualTo(Version.SPLIT);
    assertThat(full.version(new Extents(64, 3, 4096, 4096L * 66, 16, 66))).isEqualTo(Version.ROWS);
    Attention exact = new Attention(new Card(132), Element.F32);
    assertThat(exact.version(arpg(2, 3, 4096))).isEqualTo(Version.ROWS);
    assertThat(exact.scratchBytes(arpg(2, 3, 4096))).isZero();
  }

  @Test
  void refusesAVersionThatDoesNotServe() {
    Attention attention = new Attention(new Card(132), Element.BF16);
    Extents odd = new Extents(1, 1, 1, 66, 1, 66);
    var operands = new Attention.Operands(0, 0, 0, new Index(0, 1), 0, 1, Rotation.NONE, 0, 0);
    assertThat(attention.versions(odd)).isEqualTo(List.of(Version.ROWS, Version.SPLIT));
    assertThatThrownBy(() -> attention.attend(Version.MMA, operands, odd))
        .hasMessage("attention: MMA does not serve BF16 heads of width 66 (at most 640)");
  }

  /** One head of 512 over the positions of images of 256x256 and 512x512 (VARIANTS.md 2). */
  @ParameterizedTest
  @EnumSource(Element.class)
  void aTokenizersWideHeadFitsIntoEveryCard(Element element) {
    int everyCard = 99 * 1024;
    List<Geometry> launched = new ArrayList<>();
    Attention attention = new Attention(new Card(132, launched), element);
    for (int positions : new int[] {256, 1024}) {
      Extents extents = new Extents(1, positions, positions, positions * 512L, 1, 512);
      attention.attend(16, 16, 16, new Index(16, 1), 16, extents, 1, Rotation.NONE, 16, 16);
    }
    assertThat(launched)
        .isNotEmpty()
        .allSatisfy(geometry -> assertThat(geometry.sharedBytes()).isLessThanOrEqualTo(everyCard));
  }

  /** 16 heads of width 64. */
  private static Extents arpg(int batch, int n, int m) {
    return new Extents(batch, n, m, m * 1024L, 16, 64);
  }

  /** A device that only notes what it is to do. */
  private record Card(int multiprocessors, List<Geometry> launched) implements Launcher {
    Card(int multiprocessors) {
      this(multiprocessors, List.of());
    }

    @Override
    public void launch(KernelId kernel, Geometry geometry, Arguments arguments) {
      launched.add(geometry);
    }
  }
}
