package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cuda.blas.MatrixProducts;
import dev.arpg4j.cuda.driver.Gpu;
import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.kernel.Fault;
import dev.arpg4j.cuda.kernel.Launcher;
import dev.arpg4j.jmh.kernels.Operand.Kind;
import dev.arpg4j.tensor.Bf16;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.cases.ErrorBounds;
import dev.arpg4j.tensor.cases.Precision;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The operands of one shape on the device, given back together. Random numbers are those of op
 * cases ({@link dev.arpg4j.tensor.cases.CaseInputs}): a function of seed, operand and place, so the
 * host knows any of them again without keeping them.
 */
final class Workbench implements AutoCloseable {
  /** NaN in either float type, and no index. */
  private static final int POISON = -1;

  private static final int BLOCK = 4;

  private final Device device;
  private final long seed;
  private final List<Long> owned = new ArrayList<>();
  private final long fault;
  private int operands;

  Workbench(Device device, long seed) {
    this.device = device;
    this.seed = seed;
    this.fault = allocate(Fault.WORDS * (long) Integer.BYTES);
    gpu().fill(fault, 0, Fault.WORDS);
  }

  Gpu gpu() {
    return device.gpu();
  }

  /** What kernels are launched by. */
  Launcher launcher() {
    return device.launcher();
  }

  Element element() {
    return device.element();
  }

  MatrixProducts products() {
    return device.products();
  }

  /** How far a result of the element type may be from the oracle's on the same inputs. */
  ErrorBounds bounds() {
    return boundsOf(device.computeType());
  }

  /** The same for results that are float32 whatever the element. */
  ErrorBounds floatBounds() {
    return boundsOf(DType.F32);
  }

  private static ErrorBounds boundsOf(DType type) {
    return ErrorBounds.between(Precision.of(DType.F64), Precision.of(type), 0);
  }

  private Kind elementKind() {
    return element() == Element.F32 ? Kind.F32 : Kind.BF16;
  }

  // ---- operands

  /** Random numbers of [-scale, scale) in the element type. */
  Operand reals(long size, double scale) {
    return randoms(size, elementKind(), scale);
  }

  /** Random numbers of [-scale, scale) in float32. */
  Operand floats(long size, double scale) {
    return randoms(size, Kind.F32, scale);
  }

  /** Random numbers of [-scale, scale) in a float type. */
  Operand randoms(long size, Kind kind, double scale) {
    int operand = operands++;
    return upload(
        size,
        kind,
        place -> {
          float drawn = (float) ((2 * unit(operand, place) - 1) * scale);
          return kind == Kind.BF16 ? Bf16.widen(Bf16.narrow(drawn)) : drawn;
        });
  }

  /** Random numbers of [0, 1) in float32. */
  Operand units(long size) {
    int operand = operands++;
    return upload(size, Kind.F32, place -> unit(operand, place));
  }

  /** Random integers of {@code 0 .. bound-1}. */
  Operand indices(long size, int bound) {
    int operand = operands++;
    return upload(size, Kind.I32, place -> Math.floor(unit(operand, place) * bound));
  }

  /** These floats. */
  Operand floats(double... values) {
    return upload(values.length, Kind.F32, place -> values[(int) place]);
  }

  /** These integers. */
  Operand ints(int... values) {
    return upload(values.length, Kind.I32, place -> values[(int) place]);
  }

  /** A multiple of 2^-24: element e of operand o is word e mod 4 of block (o, e / 4). */
  private double unit(int operand, long place) {
    int[] block = new int[BLOCK];
    Philox.block(seed, operand, (int) (place / BLOCK), 0, Purpose.CASES.counter(), block);
    return (block[(int) (place % BLOCK)] >>> 8) * 0x1p-24;
  }

  private Operand upload(long size, Kind kind, Operand.Values values) {
    long address = allocate(size * kind.bytes());
    MemorySegment staged = device.staged();
    int chunk = (int) (staged.byteSize() / kind.bytes());
    for (long from = 0; from < size; from += chunk) {
      long start = from;
      int count = (int) Math.min(chunk, size - from);
      IntStream.range(0, count).parallel().forEach(i -> put(staged, i, kind, values.at(start + i)));
      gpu().toDevice(address + from * kind.bytes(), staged, (long) count * kind.bytes());
      gpu().synchronize();
    }
    return new Operand(address, size, kind, values);
  }

  private static void put(MemorySegment segment, int at, Kind kind, double value) {
    switch (kind) {
      case F32 -> segment.setAtIndex(ValueLayout.JAVA_FLOAT, at, (float) value);
      case BF16 -> segment.setAtIndex(ValueLayout.JAVA_SHORT, at, Bf16.narrow((float) value));
      case I32 -> segment.setAtIndex(ValueLayout.JAVA_INT, at, (int) value);
    }
  }

  // ---- outputs

  /** Results of the element type. */
  Output output(long size) {
    return output(size, elementKind());
  }

  /** Results of that type. */
  Output output(long size, Kind kind) {
    return Output.whole(allocate(size * kind.bytes()), size, kind);
  }

  /** Results of the element type in a part of an array: {@code run} entries of each block. */
  Output output(int blocks, long stride, long first, long run) {
    long size = blocks * stride;
    long address = allocate(size * elementKind().bytes());
    return new Output(address, size, elementKind(), first, blocks, stride, run);
  }

  /** Memory of which nothing is expected. */
  long scratch(long bytes) {
    return bytes == 0 ? 0 : allocate(bytes);
  }

  /** Where kernels report bad indices: there should be none. */
  long fault() {
    return fault;
  }

  /** The fault that kernels reported, if any; it is forgotten. */
  Optional<Fault> takeFault() {
    int[] words = new int[Fault.WORDS];
    gpu().toHost(device.staged(), fault, Fault.WORDS * (long) Integer.BYTES);
    gpu().synchronize();
    MemorySegment.copy(device.staged(), ValueLayout.JAVA_INT, 0, words, 0, words.length);
    gpu().fill(fault, 0, Fault.WORDS);
    return Fault.of(words);
  }

  /** Overwrites all of an output's array with what no version writes. */
  void poison(Output output) {
    gpu().fill(output.address(), POISON, (output.size() * output.kind().bytes() + 3) / 4);
  }

  /** How many entries that have to be written are still poisoned, or NaN. */
  long unwritten(Output output) {
    long unwritten = 0;
    int chunk = (int) (device.staged().byteSize() / output.kind().bytes());
    for (int block = 0; block < output.blocks(); block++) {
      long start = output.first() + block * output.stride();
      for (long from = 0; from < output.run(); from += chunk) {
        int count = (int) Math.min(chunk, output.run() - from);
        fetch(output, start + from, count);
        unwritten +=
            IntStream.range(0, count)
                .parallel()
                .filter(i -> isPoison(get(i, output.kind()), output.kind()))
                .count();
      }
    }
    return unwritten;
  }

  private static boolean isPoison(double value, Kind kind) {
    return kind == Kind.I32 ? value == POISON : Double.isNaN(value);
  }

  /** Neighbouring entries of an output, read back. */
  double[] read(Output output, long from, int count) {
    double[] values = new double[count];
    fetch(output, from, count);
    for (int i = 0; i < count; i++) {
      values[i] = get(i, output.kind());
    }
    return values;
  }

  private void fetch(Output output, long from, int count) {
    gpu().toHost(device.staged(), output.address(from), (long) count * output.kind().bytes());
    gpu().synchronize();
  }

  private double get(int at, Kind kind) {
    MemorySegment staged = device.staged();
    return switch (kind) {
      case F32 -> staged.getAtIndex(ValueLayout.JAVA_FLOAT, at);
      case BF16 -> Bf16.widen(staged.getAtIndex(ValueLayout.JAVA_SHORT, at));
      case I32 -> staged.getAtIndex(ValueLayout.JAVA_INT, at);
    };
  }

  // ---- memory

  private long allocate(long bytes) {
    // a whole number of words, so that any array can be filled
    long words = Math.max(1, (bytes + 3) / 4);
    long address = gpu().allocate(4 * words);
    if (address == 0) {
      throw new InvalidInputException(
          "%d MiB more do not fit on the device, which has %d MiB free; expected a smaller --shape"
              .formatted(bytes >> 20, gpu().freeBytes() >> 20));
    }
    owned.add(address);
    return address;
  }

  @Override
  public void close() {
    owned.forEach(gpu()::free);
    owned.clear();
  }
}
