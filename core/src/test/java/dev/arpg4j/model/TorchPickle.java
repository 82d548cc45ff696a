package dev.arpg4j.model;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.ElementType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A pickle of protocol 2, opcode by opcode, of the values that a training checkpoint holds.
 *
 * <p>Source: the opcode table of CPython's {@code pickletools}; VARIANTS.md 1.2.
 */
final class TorchPickle {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  TorchPickle() {
    op(0x80, 2); // PROTO
  }

  TorchPickle op(int... opcodes) {
    for (int opcode : opcodes) {
      bytes.write(opcode);
    }
    return this;
  }

  TorchPickle op(char opcode) {
    return op((int) opcode);
  }

  TorchPickle text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    op('X').number(utf8.length, Integer.BYTES); // BINUNICODE
    bytes.writeBytes(utf8);
    return this;
  }

  TorchPickle whole(long value) {
    return value == (int) value
        ? op('J').number(value, Integer.BYTES) // BININT
        : op(0x8a, Long.BYTES).number(value, Long.BYTES); // LONG1
  }

  TorchPickle fraction(double value) {
    op('G'); // BINFLOAT, big endian as nothing else
    bytes.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
    return this;
  }

  TorchPickle global(String module, String name) {
    op('c'); // GLOBAL
    bytes.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  /** {@code OrderedDict()}, to be filled. */
  TorchPickle orderedDict() {
    return global("collections", "OrderedDict").op(')').op('R'); // EMPTY_TUPLE REDUCE
  }

  /**
   * A tensor.
   *
   * @param key of its storage
   * @param elements of its storage
   * @param offset of its first element there
   */
  TorchPickle tensor(
      ElementType type, String key, long elements, long offset, Shape shape, long[] stride) {
    global("torch._utils", "_rebuild_tensor_v2").op('(').op('(').text("storage");
    global("torch", storageClass(type)).text(key).text("cpu").whole(elements);
    op('t').op('Q').whole(offset).op('('); // TUPLE BINPERSID
    for (int extent : shape.toArray()) {
      whole(extent);
    }
    op('t').op('(');
    for (long step : stride) {
      whole(step);
    }
    return op('t', 0x89).orderedDict().op('t').op('R'); // NEWFALSE, the hooks
  }

  /** What training keeps beside the weights: an optimizer's state, a step count, its arguments. */
  TorchPickle trainingState(ElementType type, String key, long elements) {
    text("optimizer").op('}').op('(').text("state").op('}').whole(0).op('}').text("exp_avg");
    tensor(type, key, elements, 0, Shape.of((int) elements), new long[] {1});
    op('s').op('s').text("param_groups").op(']').op('}').text("lr").fraction(1e-4);
    op('s').op('a').op('u').op('s'); // APPEND to the list, SETITEMS, SETITEM
    text("steps").whole(1L << 40).op('s');
    text("args").global("argparse", "Namespace").op(')', 0x81).op('}'); // NEWOBJ
    return text("gpt_model").text("ARPG-L").op('s').op('b').op('s'); // BUILD
  }

  byte[] stop() {
    op('.');
    return bytes.toByteArray();
  }

  private TorchPickle number(long value, int count) {
    byte[] all =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    bytes.write(all, 0, count);
    return this;
  }

  private static String storageClass(ElementType type) {
    return switch (type) {
      case F32 -> "FloatStorage";
      case F16 -> "HalfStorage";
      case BF16 -> "BFloat16Storage";
      default -> throw new IllegalArgumentException(type + " is no type of weights");
    };
  }
}
