package dev.arpg4j.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.Pickled.Global;
import dev.arpg4j.tensor.io.Pickled.Made;
import dev.arpg4j.tensor.io.Pickled.Mapping;
import dev.arpg4j.tensor.io.Pickled.Sequence;
import dev.arpg4j.tensor.io.Pickled.Text;
import dev.arpg4j.tensor.io.Pickled.Whole;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PickleReaderTest {
  private static final Path PATH = Path.of("model.pt");

  static Stream<Arguments> integers() {
    return Stream.of(
        arguments("K\u00ff", 255),
        arguments("M\u00ff\u00ff", 65535),
        arguments("J\u00fe\u00ff\u00ff\u00ff", -2),
        arguments("\u008a\0", 0),
        arguments("\u008a\1\u0080", -128),
        arguments("\u008a\2\u0080\0", 128),
        arguments("\u008a\u0008\0\0\0\0\0\0\0\u0080", Long.MIN_VALUE),
        arguments("\u008b\2\0\0\0\1\2", 513));
  }

  @ParameterizedTest
  @MethodSource("integers")
  void readsIntegers(String opcodes, long expected) {
    assertThat(read(new PickleBytes().ops(opcodes))).isEqualTo(new Whole(expected));
  }

  static Stream<Arguments> otherValues() {
    return Stream.of(
        arguments("N", "None"),
        arguments("\u0088", "a truth value"),
        arguments("\u0089", "a truth value"),
        arguments("G12345678", "a number"),
        arguments("\u008a\u0009123456789", "a number"),
        arguments("B\2\0\0\0ab", "bytes"),
        arguments("C\2ab", "bytes"),
        arguments("\u008e\2\0\0\0\0\0\0\0ab", "bytes"),
        arguments("\u0096\2\0\0\0\0\0\0\0ab", "bytes"),
        arguments("\u008f(K\1K\2\u0090", "a set"),
        arguments("(K\1K\2\u0091", "a set"),
        arguments("U\2ab", "a string"),
        arguments("T\2\0\0\0ab", "a string"),
        arguments("\u008c\2ab", "a string"),
        arguments("\u008d\2\0\0\0\0\0\0\0ab", "a string"),
        arguments("(d", "a dict"),
        arguments("(K\1K\2d", "a dict"),
        arguments("(K\1l", "a list"),
        arguments("K\1K\2\u0086", "a list"),
        arguments("cos\nsystem\n", "the name os.system"),
        arguments("U\2osU\6system\u0093", "the name os.system"),
        arguments("cos\nsystem\n)R", "an object of os.system"),
        arguments("cos\nsystem\n)R)R", "an object of os.system"),
        arguments("cos\nsystem\n)\u0081", "an object of os.system"),
        arguments("cos\nsystem\n)}\u0092", "an object of os.system"),
        arguments("cos\nsystem\nNR", "an object of os.system"),
        arguments("(K\1ios\nsystem\n", "an object of os.system"),
        arguments("(cos\nsystem\nK\1o", "an object of os.system"),
        arguments("cos\nsystem\n)RK\1aK\1K\2s}b", "an object of os.system"),
        arguments("\u0095\0\0\0\0\0\0\0\0N", "None"),
        arguments("NK\0000", "None"),
        arguments("N(0", "None"),
        arguments("N(K\1K\0021", "None"),
        arguments("K\1N2", "None"),
        arguments("Nq\1K\1h\1", "None"),
        arguments("Nr\1\0\0\0K\1j\1\0\0\0", "None"),
        arguments("N\u0094K\1h\0", "None"));
  }

  @ParameterizedTest
  @MethodSource("otherValues")
  void readsEveryOtherValue(String opcodes, String kind) {
    assertThat(read(new PickleBytes().ops(opcodes)).kind()).isEqualTo(kind);
  }

  @Test
  void readsOrderedDicts() {
    PickleBytes empty = new PickleBytes().global("collections", "OrderedDict").ops(")R");
    empty.text("k").ops("K\1s").ops("}").text("_metadata").ops("Nsb");
    assertThat(((Mapping) read(empty)).entries()).containsOnlyKeys("k");
    PickleBytes pairs = new PickleBytes().global("collections", "OrderedDict").ops("](");
    pairs.text("a").ops("K\1\u0086").text("b").ops("K\2\u0086e\u0085R");
    assertThat(((Mapping) read(pairs)).entries())
        .containsExactly(Map.entry("a", new Whole(1)), Map.entry("b", new Whole(2)));
  }

  @Test
  void keepsOnlyEntriesUnderStrings() {
    PickleBytes dict = new PickleBytes().ops("}(K\1K\2").text("k").ops("K\3)K\4u");
    assertThat(((Mapping) read(dict)).entries()).containsExactly(Map.entry("k", new Whole(3)));
  }

  @Test
  void readsSizes() {
    Pickled size = read(new PickleBytes().global("torch", "Size").ops("K\2K\3\u0086\u0085R"));
    assertThat(((Sequence) size).items()).containsExactly(new Whole(2), new Whole(3));
  }

  @Test
  void readsParameters() {
    PickleBytes pickle = new PickleBytes().global("torch._utils", "_rebuild_parameter");
    assertThat(read(pickle.op('(').pair().ops("\u0088}tR"))).isInstanceOf(Pickled.Tensor.class);
  }

  @Test
  void keepsTheNameOfWhatItDidNotCall() {
    assertThat(read(new PickleBytes().global("os", "system").text("x").ops("\u0085R")))
        .isEqualTo(new Made(new Global("os", "system")));
    // A name is told by module and name together, never by the end of it alone.
    assertThat(read(new PickleBytes().global("evil", "_rebuild_tensor_v2").ops(")R")))
        .isInstanceOf(Made.class);
    assertThat(read(new PickleBytes().global("evil", "OrderedDict").ops(")R")))
        .isInstanceOf(Made.class);
  }

  static Stream<Arguments> nonsense() {
    return Stream.of(
        arguments("a", "takes from an empty stack"),
        arguments("NNs", "takes from an empty stack"),
        arguments("NN(s", "takes from an empty stack"),
        arguments("(", "takes from an empty stack"),
        arguments("N(", "takes from an empty stack"),
        arguments("0", "takes from an empty stack"),
        arguments("2", "takes from an empty stack"),
        arguments("R", "takes from an empty stack"),
        arguments("b", "takes from an empty stack"),
        arguments("q1", "takes from an empty stack"),
        arguments("Q", "takes from an empty stack"),
        arguments("e", "looks for a mark where none is"),
        arguments("Nt", "looks for a mark where none is"),
        arguments("1", "looks for a mark where none is"),
        arguments("h1", "recalls number 49, which it never stored"),
        arguments("j1234", "which it never stored"),
        arguments("NNa", "appends to None"),
        arguments("NNNs", "sets items of None"),
        arguments("N(NNu", "sets items of None"),
        arguments("}(Nu", "a key without a value"),
        arguments("(Nd", "a key without a value"),
        arguments("N)R", "calls None"),
        arguments("U\1a)R", "calls a string"),
        arguments("(o", "makes an object of nothing"),
        arguments("(No", "calls None"),
        arguments("NN\u0093", "names a class by None"),
        arguments("NQ", "persistent id is None; expected"),
        arguments("(tQ", "persistent id is a list; expected"),
        arguments("I1", "opcode 0x49, which is not read"),
        arguments("Px", "opcode 0x50, which is not read"),
        arguments("\u00821", "opcode 0x82, which is not read"),
        arguments("\u0097", "opcode 0x97, which is not read"),
        arguments("\u00ff", "opcode 0xff, which is not read"),
        arguments("ctorch\nSize\n(NtR", "torch.Size with None where a Sequence belongs"),
        arguments(
            "ccollections\nOrderedDict\n(NtR", "OrderedDict with None where a Sequence belongs"),
        arguments("ccollections\nOrderedDict\n](Ne\u0085R", "OrderedDict of None; expected pairs"),
        arguments("ctorch._utils\n_rebuild_tensor_v2\n)R", "_rebuild_tensor_v2 with 0 arguments"),
        arguments("ctorch._utils\n_rebuild_tensor_v2\n(NtR", "with None where a Storage belongs"));
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void refusesPicklesThatMakeNoSense(String opcodes, String expected) {
    assertRefused(new PickleBytes().ops(opcodes), expected);
  }

  @ParameterizedTest
  @CsvSource({
    "X\u00ff\u00ff\u00ff\u007fab",
    "X\u00ff\u00ff\u00ff\u00ffab",
    "T\u00ff\u00ff\u00ff\u00ffab",
    "B\u00ff\u00ff\u00ff\u00ffab",
    "\u008b\u00ff\u00ff\u00ff\u00ffab",
    "\u008a\u00ffab",
    "\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007fab",
    "\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffab",
    "G123",
    "J12",
    "cos",
    "h"
  })
  void refusesLengthsThatAreNotThere(String opcodes) {
    assertThatThrownBy(() -> readRaw("\u0080\2" + opcodes))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("model.pt: pickle is cut short");
  }

  @Test
  void refusesOtherProtocols() {
    assertThatThrownBy(() -> readRaw("(lp0\n."))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("pickle does not begin with its protocol; expected 2 to 5");
    for (String protocol : new String[] {"\0", "\1", "\6", "\u00ff"}) {
      assertThatThrownBy(() -> readRaw("\u0080" + protocol + "N."))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("; expected 2 to 5");
    }
    assertThatThrownBy(() -> readRaw("")).hasMessage("model.pt: pickle is cut short");
  }

  @Test
  void refusesStringsThatAreNotUtf8() {
    assertRefused(new PickleBytes().ops("X\1\0\0\0\u00ff"), "a string that is not UTF-8");
  }

  @Test
  void refusesEndlessNames() {
    assertRefused(new PickleBytes().ops("c" + "a".repeat(2000)), "a name of more than 1000 bytes");
  }

  @Test
  void refusesEndlessPrograms() {
    assertRefused(
        new PickleBytes().ops("N".repeat(PickleReader.MOST_STEPS + 1)), "takes more than 2000000");
  }

  /** A list of n items, turned into n dicts of n entries: short to write, endless to build. */
  @Test
  void refusesCopiesOfCopies() {
    PickleBytes pickle = new PickleBytes().ops("](");
    for (int i = 0; i < 2000; i++) {
      pickle.text("k" + i).ops("N\u0086");
    }
    pickle.ops("e\u0085q\1");
    for (int i = 0; i < 2000; i++) {
      pickle.global("collections", "OrderedDict").ops("h\1R");
    }
    assertRefused(pickle, "takes more than 2000000 steps");
  }

  /** A tuple of n values, given to n calls. */
  @Test
  void refusesLongArgumentsGivenAgainAndAgain() {
    PickleBytes pickle = new PickleBytes().ops("(" + "N".repeat(100_000) + "tq\1");
    for (int i = 0; i < 20; i++) {
      pickle.global("os", "system").ops("h\1R");
    }
    assertRefused(pickle, "takes more than 2000000 steps");
  }

  /** Equal keys are compared from end to end, so two long ones make every entry expensive. */
  @Test
  void refusesLongKeys() {
    String longest = "k".repeat(Pickled.Mapping.LONGEST_KEY);
    assertThat(((Mapping) read(new PickleBytes().ops("}").text(longest).ops("Ns"))).entries())
        .containsOnlyKeys(longest);
    String expected = "has a key of 65537 characters; expected at most 65536";
    assertRefused(new PickleBytes().ops("}").text(longest + "k").ops("Ns"), expected);
    assertRefused(new PickleBytes().ops("(").text(longest + "k").ops("Nd"), expected);
    PickleBytes pairs = new PickleBytes().global("collections", "OrderedDict").ops("](");
    assertRefused(pairs.text(longest + "k").ops("N\u0086e\u0085R"), expected);
  }

  /** Tuples of tuples, two to the power of 5000 leaves when written out, as a dict's key too. */
  @Test
  void readsDeepAndSharedValuesWithoutRecursion() {
    PickleBytes pickle = new PickleBytes().ops("})");
    for (int i = 0; i < 5000; i++) {
      pickle.ops("2\u0086");
    }
    assertThat(((Mapping) read(pickle.ops("Ns"))).entries()).isEmpty();
  }

  @Test
  void readsListsThatHoldThemselves() {
    Pickled list = read(new PickleBytes().ops("]2a"));
    assertThat(((Sequence) list).items()).hasSize(1);
    assertThat(((Sequence) list).items().getFirst()).isSameAs(list);
  }

  @Test
  void refusesMarkedViews() {
    PickleBytes pickle = new PickleBytes().global("torch._utils", "_rebuild_tensor_v2");
    pickle.op('(').storage("FloatStorage", "0", 2).whole(0).numbers(2).numbers(1);
    pickle.ops("\u0089}}").text("neg").ops("\u0088stR");
    assertRefused(pickle, "torch._utils._rebuild_tensor_v2 with [neg] set");
  }

  @Test
  void textKeepsItsContent() {
    assertThat(read(new PickleBytes().text("\u00e9"))).isEqualTo(new Text("\u00e9"));
    assertThat(read(new PickleBytes().ops("U\1\u00e9"))).isEqualTo(new Text("\u00e9"));
  }

  private static Pickled read(PickleBytes pickle) {
    return PickleReader.read(PATH, ByteBuffer.wrap(pickle.stop()));
  }

  private static Pickled readRaw(String bytes) {
    return PickleReader.read(PATH, ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static void assertRefused(PickleBytes pickle, String expected) {
    assertThatThrownBy(() -> read(pickle))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("model.pt: pickle ")
        .hasMessageContaining(expected)
        .message()
        .doesNotContain("\n");
  }
}
