package dev.arpg4j.cuda;

import dev.arpg4j.cuda.memory.WeightLoader;
import dev.arpg4j.tensor.ChannelsLast;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;

/**
 * Row-major values on the device, for every use alike; kernels of a convolution, the only weights
 * of four axes, as matrices [O, kh·kw·C]. Matrices have the compute type: a backend that computes
 * in float32 keeps those that were asked for as bfloat16 rounded so. Values of one axis (norm
 * scales) are float32.
 */
final class CudaWeight implements Weight {
  /** What addresses of weights that lie side by side are multiples of. */
  private static final long ALIGNMENT = 256;

  private final Storage storage;
  private final String name;
  private final Shape shape;
  private final DType type;
  private final WeightLoader.Form form;
  private final long address;
  private volatile long version;

  CudaWeight(
      Storage storage, String name, Shape shape, DType type, WeightLoader.Form form, long address) {
    this.storage = storage;
    this.name = name;
    this.shape = shape;
    this.type = type;
    this.form = form;
    this.address = address;
  }

  /** {@code bytes}, rounded up to where a neighbour may start. */
  static long aligned(long bytes) {
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }

  Storage owner() {
    return storage;
  }

  /** Where the first value is. */
  long address() {
    return address;
  }

  WeightLoader.Form form() {
    return form;
  }

  /** Bytes from this weight to a neighbour of the same shape. */
  long pitch() {
    return aligned(shape.size() * form.bytes());
  }

  /** Whether values are kept in another order than published: channels last. */
  boolean isKernel() {
    return shape.rank() == 4;
  }

  /** The type of the values at {@link #address}. */
  DType storedType() {
    return form == WeightLoader.Form.BF16 ? DType.BF16 : DType.F32;
  }

  void load(WeightLoader loader, WeightSource source) {
    loader.load(isKernel() ? new ChannelsLast(source) : source, form, address);
  }

  /** Loads other values of the same shape. */
  synchronized void assign(WeightLoader loader, WeightSource source) {
    if (!source.shape().equals(shape)) {
      throw new IllegalArgumentException(
          "assign: '%s' is %s, expected %s".formatted(name, source.shape(), shape));
    }
    load(loader, source);
    assigned();
  }

  /** Notes that there are other values at {@link #address} now. */
  synchronized void assigned() {
    version++;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public DType storage() {
    return type;
  }

  @Override
  public long version() {
    return version;
  }
}
