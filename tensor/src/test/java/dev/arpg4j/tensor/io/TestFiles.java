package dev.arpg4j.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** Files that several tests read. */
final class TestFiles {
  private TestFiles() {}

  /** A file that stands beside the tests. */
  static Path resource(String name) {
    try {
      return Path.of(Objects.requireNonNull(TestFiles.class.getResource(name), name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** Both files hold the same names, types, shapes and readable values, bit for bit. */
  static void assertSameTensors(TensorFile actual, TensorFile expected) {
    assertThat(actual.tensors()).isNotEmpty();
    assertThat(actual.tensors().keySet()).isEqualTo(expected.tensors().keySet());
    expected
        .tensors()
        .forEach(
            (name, tensor) -> {
              StoredTensor same = actual.tensor(name);
              assertThat(same.type()).as(name).isEqualTo(tensor.type());
              assertThat(same.shape()).as(name).isEqualTo(tensor.shape());
              if (tensor.type().readable()) {
                assertThat(bits(same)).as(name).isEqualTo(bits(tensor));
              }
            });
  }

  private static long[] bits(StoredTensor tensor) {
    double[] values = tensor.readDoubles();
    long[] bits = new long[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Double.doubleToRawLongBits(values[i]);
    }
    return bits;
  }
}
