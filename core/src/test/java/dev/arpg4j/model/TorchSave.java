package dev.arpg4j.model;

import dev.arpg4j.tensor.Bf16;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.ElementType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Writes checkpoints as training does with {@code torch.save}, of any size, one run of values at a
 * time: {@code {KEY: state dict, "optimizer", "steps", "args": argparse.Namespace}}, or the bare
 * state dict (VARIANTS.md 1.2). What it writes, PyTorch reads.
 *
 * @param type of all values; they are rounded to it
 * @param key under which the state dict stands; empty for the top
 * @param prefix before every name
 * @param layout where the values lie
 */
public record TorchSave(ElementType type, String key, String prefix, Layout layout) {
  private static final int RUN = 1 << 16;
  private static final String ROOT = "arpg";
  private static final int STATE_ELEMENTS = 3;

  /** Where the values of the tensors lie. */
  public enum Layout {
    /** Each tensor in a storage of its own, as a trained model's are. */
    APART,
    /** All in one storage, one behind the other. */
    TOGETHER,
    /** Every tensor is one element, expanded to its shape: full size in a few bytes. */
    EXPANDED
  }

  /** Weights at the top, each in its own storage. */
  public static TorchSave of(ElementType type) {
    return new TorchSave(type, "", "", Layout.APART);
  }

  /** The same under a key, with training's other entries beside it. */
  public TorchSave under(String newKey) {
    return new TorchSave(type, newKey, prefix, layout);
  }

  /** The same with something before every name. */
  public TorchSave prefixed(String newPrefix) {
    return new TorchSave(type, key, newPrefix, layout);
  }

  /** The same in another layout. */
  public TorchSave laidOut(Layout newLayout) {
    return new TorchSave(type, key, prefix, newLayout);
  }

  /** Writes the weights, in this order. */
  public void write(Path path, List<? extends WeightSource> weights) {
    try (TorchArchive archive = new TorchArchive(path)) {
      archive.add(ROOT + "/data.pkl", pickle(weights));
      archive.add(ROOT + "/byteorder", ascii("little"));
      for (int i = 0; i < weights.size() && layout == Layout.APART; i++) {
        WeightSource weight = weights.get(i);
        archive.add(storage(i), bytes(weight), entry -> writeValues(weight, entry));
      }
      if (layout == Layout.TOGETHER) {
        long total = weights.stream().mapToLong(this::bytes).sum();
        archive.add(storage(0), total, entry -> writeAll(weights, entry));
      }
      if (layout == Layout.EXPANDED) {
        archive.add(storage(0), new byte[type.bytes()]);
      }
      archive.add(storage(weights.size()), new byte[STATE_ELEMENTS * type.bytes()]);
      archive.add(ROOT + "/version", ascii("3\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] pickle(List<? extends WeightSource> weights) {
    TorchPickle pickle = new TorchPickle();
    if (key.isEmpty()) {
      return stateDict(pickle, weights).stop();
    }
    stateDict(pickle.op('}').text(key), weights).op('s');
    String state = Integer.toString(weights.size());
    return pickle.trainingState(type, state, STATE_ELEMENTS).stop();
  }

  private TorchPickle stateDict(TorchPickle pickle, List<? extends WeightSource> weights) {
    pickle.orderedDict().op('(');
    long all = weights.stream().mapToLong(weight -> weight.shape().size()).sum();
    long before = 0;
    for (int i = 0; i < weights.size(); i++) {
      Shape shape = weights.get(i).shape();
      pickle.text(prefix + weights.get(i).name());
      switch (layout) {
        case APART ->
            pickle.tensor(type, Integer.toString(i), shape.size(), 0, shape, strides(shape));
        case TOGETHER -> pickle.tensor(type, "0", all, before, shape, strides(shape));
        case EXPANDED -> pickle.tensor(type, "0", 1, 0, shape, new long[shape.rank()]);
      }
      before += shape.size();
    }
    // SETITEMS, then what Module.state_dict leaves on the dict as an attribute.
    return pickle.op('u').op('}').text("_metadata").orderedDict().op('s').op('b');
  }

  private void writeAll(List<? extends WeightSource> weights, TorchArchive.Entry entry)
      throws IOException {
    for (WeightSource weight : weights) {
      writeValues(weight, entry);
    }
  }

  private void writeValues(WeightSource weight, TorchArchive.Entry entry) throws IOException {
    float[] values = new float[RUN];
    ByteBuffer bytes = ByteBuffer.allocate(RUN * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    long size = weight.shape().size();
    try (WeightSource.Reader reader = weight.open()) {
      for (long from = 0; from < size; from += RUN) {
        int count = (int) Math.min(RUN, size - from);
        reader.read(from, values, 0, count);
        bytes.clear();
        for (int i = 0; i < count; i++) {
          put(values[i], bytes);
        }
        entry.write(bytes.flip());
      }
    }
  }

  private void put(float value, ByteBuffer bytes) {
    switch (type) {
      case F32 -> bytes.putFloat(value);
      case F16 -> bytes.putShort(Float.floatToFloat16(value));
      case BF16 -> bytes.putShort(Bf16.narrow(value));
      default -> throw new IllegalStateException(type + " is no type of weights");
    }
  }

  private long bytes(WeightSource weight) {
    return weight.shape().size() * type.bytes();
  }

  private static long[] strides(Shape shape) {
    int[] dims = shape.toArray();
    long[] strides = new long[dims.length];
    Arrays.fill(strides, 1);
    for (int axis = dims.length - 2; axis >= 0; axis--) {
      strides[axis] = strides[axis + 1] * dims[axis + 1];
    }
    return strides;
  }

  private static String storage(int key) {
    return ROOT + "/data/" + key;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
