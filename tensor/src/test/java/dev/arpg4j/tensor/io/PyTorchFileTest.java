package dev.arpg4j.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PyTorchFileTest {
  private static final long[] TWO = {2};
  private static final long[] ONE = {1};

  @TempDir Path folder;

  @Test
  void loadsTheSameTensorsFromBothForms() {
    TensorFile checkpoint = TensorFile.open(TestFiles.resource("arpg-micro.pt"));
    assertThat(checkpoint.tensors()).hasSize(38);
    assertThat(checkpoint.metadata()).isEmpty();
    TestFiles.assertSameTensors(
        checkpoint, TensorFile.open(TestFiles.resource("arpg-micro.safetensors")));
  }

  /** Transposed, sliced, permuted and expanded views, shared storages, every element type. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 5})
  void readsViewsOfEveryKind(int protocol) {
    TestFiles.assertSameTensors(
        TensorFile.open(TestFiles.resource("views-protocol" + protocol + ".pt")),
        TensorFile.open(TestFiles.resource("views.safetensors")));
  }

  @Test
  void readsRunsOfAViewFromAnywhere() {
    StoredTensor permuted =
        TensorFile.open(TestFiles.resource("views-protocol2.pt")).tensor("permuted");
    double[] whole = permuted.readDoubles();
    try (WeightSource.Reader reader = permuted.open()) {
      for (int from = 0; from < whole.length; from++) {
        double[] some = new double[whole.length - from];
        reader.read(from, some, 0, some.length);
        assertThat(some).isEqualTo(Arrays.copyOfRange(whole, from, whole.length));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "module", "state_dict"})
  void findsWeightsInEveryContainer(String container) {
    Path path =
        new PickleBytes()
            .ops("}")
            .text("rng")
            .pair()
            .ops("s")
            .text(container)
            .ops("}")
            .text("w")
            .pair()
            .ops("ss")
            .archive(folder.resolve("a.pt"));
    TensorFile file = TensorFile.open(path);
    assertThat(file.tensors().keySet()).containsExactly("w");
    assertThat(file.tensor("w").shape()).isEqualTo(Shape.of(2));
    assertThat(file.tensor("w").readFloats()).containsExactly(1.5f, -2);
  }

  @Test
  void findsWeightsAtTheTopAmongPlainValues() {
    Path path =
        new PickleBytes()
            .ops("}(")
            .text("epoch")
            .ops("K\3")
            .text("model")
            .text("ARPG-L")
            .text("w")
            .pair()
            .ops("u")
            .archive(folder.resolve("a.pt"));
    assertThat(TensorFile.open(path).tensors().keySet()).containsExactly("w");
  }

  @ParameterizedTest
  @CsvSource({
    "module.w, w",
    "_orig_mod.w, w",
    "module._orig_mod.w, w",
    "_orig_mod.module.module.w, w",
    "layers.module.w, layers.module.w",
    "modules.w, modules.w"
  })
  void stripsWrappers(String written, String read) {
    Path path =
        new PickleBytes().ops("}").text(written).pair().ops("s").archive(folder.resolve("a"));
    assertThat(TensorFile.open(path).tensors().keySet()).containsExactly(read);
  }

  @Test
  void refusesNamesThatCollide() {
    Path path =
        new PickleBytes()
            .ops("}(")
            .text("w")
            .pair()
            .text("module.w")
            .pair()
            .ops("u")
            .archive(folder.resolve("a.pt"));
    assertRefused(path, "has two weights w: w and module.w");
  }

  @Test
  void refusesTwoContainers() {
    PickleBytes pickle = new PickleBytes().ops("}");
    for (String container : new String[] {"model", "state_dict"}) {
      pickle.text(container).ops("}").text("w").pair().ops("ss");
    }
    assertRefused(
        pickle.archive(folder.resolve("a.pt")),
        "has weights under [model, state_dict]; expected one of these");
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "top"})
  void neverRunsAForeignCallable(String place) {
    Path trace = folder.resolve("trace");
    PickleBytes pickle = new PickleBytes().ops("}");
    if (place.equals("model")) {
      pickle.text("model").ops("}");
    }
    pickle.text("good").pair().ops("s").text("layers.0.weight");
    pickle.global("posix", "system").text("touch " + trace).op(0x85, 'R').ops("s");
    Path path = pickle.ops(place.equals("model") ? "s" : "").archive(folder.resolve("a.pt"));
    assertRefused(
        path,
        "weight layers.0.weight is made by posix.system, which is not allowed; only torch tensors"
            + " are read");
    assertThat(trace).doesNotExist();
  }

  /** The released sampler reads the weights and never their average (VARIANTS.md 1.2). */
  @Test
  void takesTheWeightsAndNotTheirAverage() {
    PickleBytes pickle = new PickleBytes().ops("}");
    pickle.text("ema").ops("}").text("averaged").pair().ops("ss");
    pickle.text("model").ops("}").text("w").pair().ops("ss");
    Path both = pickle.archive(at("both.pt"));
    assertThat(TensorFile.open(both).tensors().keySet()).containsExactly("w");

    PickleBytes average = new PickleBytes().ops("}");
    average.text("ema").ops("}").text("averaged").pair().ops("ss");
    assertRefused(
        average.archive(at("ema.pt")),
        "has no tensors at the top or under model, module, state_dict, only under ema, their moving"
            + " average: torch.save(torch.load(OLD)[\"ema\"], NEW) makes a file of these");
  }

  @Test
  void passesOverForeignCallablesBesideTheWeights() {
    Path path =
        new PickleBytes()
            .ops("}(")
            .text("args")
            .global("posix", "system")
            .text("true")
            .op(0x85)
            .ops("R}b")
            .text("model")
            .ops("}")
            .text("w")
            .pair()
            .ops("su")
            .archive(folder.resolve("a.pt"));
    assertThat(TensorFile.open(path).tensors().keySet()).containsExactly("w");
  }

  @Test
  void refusesAModelPickledAsAnObject() {
    Path path =
        new PickleBytes().global("models.arpg", "Transformer").ops(")\u0081}b").archive(at("a.pt"));
    assertRefused(path, "the checkpoint is made by models.arpg.Transformer, which is not allowed");
  }

  @Test
  void refusesWhatHasNoTensors() {
    assertRefused(new PickleBytes().ops("]").archive(at("a")), "the checkpoint is a list");
    assertRefused(
        new PickleBytes().ops("}").archive(at("a")),
        "has no tensors at the top or under model, module, state_dict");
    assertRefused(
        new PickleBytes()
            .ops("}")
            .text("model")
            .ops("}(")
            .text("w")
            .pair()
            .text("v")
            .ops("K\1us")
            .archive(at("a")),
        "weight v is a number; expected torch tensors");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 3, 1, 'reaches from element 0 to 3 of a storage of 2'",
    "1, 2, 1, 'reaches from element 1 to 3 of a storage of 2'",
    "0, 2, 2, 'reaches from element 0 to 3 of a storage of 2'",
    "9223372036854775807, 1, 1, 'too large to address'",
    "0, 2, 9223372036854775807, 'too large to address'",
    "0, 2147483648, 0, 'has shape [2147483648], which is too large to address'",
    "0, -2, 1, '_rebuild_tensor_v2 with the extent or stride -2'",
    "0, 2, -1, '_rebuild_tensor_v2 with the extent or stride -1'",
    "-1, 2, 1, '_rebuild_tensor_v2 with offset -1, 1 extents and 1 strides'"
  })
  void refusesViewsBeyondTheirStorage(long offset, long size, long stride, String expected) {
    assertRefused(
        weight(p -> p.tensor("0", 2, offset, new long[] {size}, new long[] {stride})), expected);
  }

  @Test
  void refusesStoragesThatAreNotAsTold() {
    assertRefused(
        weight(p -> p.tensor("0", 3, 0, TWO, ONE)),
        "tensor w lies in a storage of 8 bytes; expected 3 elements of 4");
    assertRefused(
        weight(p -> p.tensor("0", Long.MIN_VALUE / 2 + 2, 0, TWO, ONE)), "lies in a storage of 8");
    assertRefused(
        weight(p -> p.tensor("7", 2, 0, TWO, ONE)),
        "tensor w lies in data/7, which the archive has not");
    assertRefused(
        weight(p -> p.tensor("0", 2, 0, TWO, new long[] {1, 1})), "1 extents and 2 strides");
  }

  @Test
  void readsUntypedStoragesByTheirDtype() {
    Path path = weight(p -> untyped(p, "float32"));
    assertThat(TensorFile.open(path).tensor("w").readFloats()).containsExactly(1.5f, -2);
    assertRefused(
        weight(p -> untyped(p, "quint8")),
        "weight w is made by torch.quint8, which is not allowed");
  }

  @Test
  void refusesStoragesOfUnknownClasses() {
    assertRefused(
        weight(
            p ->
                p.global("torch._utils", "_rebuild_tensor_v2")
                    .op('(')
                    .storage("QInt8Storage", "0", 8)
                    .whole(0)
                    .numbers(TWO)
                    .numbers(ONE)
                    .ops("tR")),
        "weight w is made by torch.QInt8Storage, which is not allowed");
  }

  @Test
  void refusesArchivesThatAreNoCheckpoint() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("arr_0.npy", new byte[3]);
    assertRefused(PickleBytes.zip(at("a"), entries), "is a zip archive with 0 entries data.pkl");
    entries.put("a/data.pkl", new byte[3]);
    entries.put("b/data.pkl", new byte[3]);
    assertRefused(PickleBytes.zip(at("a"), entries), "is a zip archive with 2 entries data.pkl");
    entries.remove("b/data.pkl");
    entries.put("a/constants.pkl", new byte[3]);
    assertRefused(PickleBytes.zip(at("a"), entries), "is a TorchScript program");
    entries.remove("a/constants.pkl");
    entries.put("a/byteorder", "big".getBytes(StandardCharsets.US_ASCII));
    assertRefused(PickleBytes.zip(at("a"), entries), "has the byte order big; expected little");
    assertRefused(TestFiles.resource("legacy.pt"), "is a PyTorch file of the form before 1.6");
  }

  @Test
  void refusesCompressedEntries() throws IOException {
    Path path = at("a.pt");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(path))) {
      zip.putNextEntry(new ZipEntry("a/data.pkl"));
      zip.write(new byte[1000]);
    }
    assertRefused(path, "entry a/data.pkl is compressed or encrypted; expected stored");
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    byte[] whole = Files.readAllBytes(weight(PickleBytes::pair));
    for (int length = 0; length < whole.length; length++) {
      Path cut = Files.write(at("cut.pt"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> TensorFile.open(cut)).isInstanceOf(InvalidInputException.class);
    }
  }

  /** An archive that has been tampered with is still well formed or refused, nothing else. */
  @Test
  void everyChangedByteIsAcceptedOrRefused() throws IOException {
    byte[] whole = Files.readAllBytes(weight(PickleBytes::pair));
    int refused = 0;
    for (int at = 0; at < whole.length; at++) {
      for (int value : new int[] {0xFF, whole[at] ^ 1}) {
        byte[] changed = whole.clone();
        changed[at] = (byte) value;
        Path path = Files.write(at("changed.pt"), changed);
        try {
          TensorFile.open(path).tensors().values().stream()
              .filter(tensor -> tensor.type().readable())
              .forEach(StoredTensor::readDoubles);
        } catch (InvalidInputException e) {
          assertThat(e.getMessage()).startsWith(path + ": ").doesNotContain("\n");
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(whole.length);
  }

  private static void untyped(PickleBytes pickle, String dtype) {
    pickle.global("torch._utils", "_rebuild_tensor_v3").op('(');
    pickle.op('(').text("storage").global("torch.storage", "UntypedStorage");
    pickle.text("0").text("cpu").whole(8).ops("tQ");
    pickle.whole(0).numbers(TWO).numbers(ONE).ops("\u0089}").global("torch", dtype).ops("tR");
  }

  private Path weight(Consumer<PickleBytes> value) {
    PickleBytes pickle = new PickleBytes().ops("}").text("w");
    value.accept(pickle);
    return pickle.ops("s").archive(at("weight.pt"));
  }

  private Path at(String name) {
    return folder.resolve(name);
  }

  private static void assertRefused(Path path, String expected) {
    assertThatThrownBy(() -> TensorFile.open(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(path + ": ")
        .hasMessageContaining(expected)
        .message()
        .doesNotContain("\n");
  }
}
