package dev.arpg4j.convert;

import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.tensor.Bf16;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.StoredTensor;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model's file written anew as safetensors, with its sizes as metadata. Tensors pass through one
 * by one and in runs, so that no more than one is mapped at a time and none is ever in memory.
 *
 * <p>With a type asked for, matrices, tables and kernels are rounded to it; what models hold in
 * float32 whatever their matrices are stored as (norm scales, biases, the codebook of a tokenizer)
 * becomes float32. So a model converted to bf16 computes what the original does when it is loaded
 * as bf16, bit for bit. Without one, every tensor keeps its type.
 */
public final class Conversion {
  private final WholeModel model;
  private final Path target;
  private final Optional<ElementType> type;
  private Rounding largest = new Rounding("", 0);

  /**
   * The farthest that a value was moved.
   *
   * @param tensor whose value it is; empty if all were kept
   * @param distance between the values; 0 if all were kept
   */
  public record Rounding(String tensor, double distance) {}

  private Conversion(WholeModel model, Path target, Optional<ElementType> type) {
    this.model = model;
    this.target = target;
    this.type = type;
  }

  /**
   * Prepares to write the model in {@code source} to {@code target}.
   *
   * @param type F32, F16 or BF16 for all that a model may hold so; empty to keep each tensor's
   * @throws InvalidInputException if the source holds no whole model, or the target has the file
   *     name of another published one
   */
  public static Conversion of(Path source, Path target, Optional<ElementType> type) {
    return new Conversion(WholeModel.read(source, target), target, type);
  }

  /** How many tensors there are to write. */
  public int tensors() {
    return model.tensors().size();
  }

  /** What is written, in one phrase: "ARPG-L, 319,845,376 parameters, bf16 and float32". */
  public String describe() {
    Map<ElementType, Long> counts = new EnumMap<>(ElementType.class);
    model
        .tensors()
        .forEach(tensor -> counts.merge(typeOf(tensor), tensor.shape().size(), Long::sum));
    return Checkpoint.describe(model.title(), counts);
  }

  /**
   * Writes the file, which is there whole or not at all.
   *
   * @param written called after each tensor
   * @return the largest difference between a value and what it was rounded to
   * @throws InvalidInputException if the target cannot be written, or a value is too large for its
   *     type, which is named
   */
  public Rounding write(Runnable written) {
    SafetensorsWriter writer = new SafetensorsWriter().metadata(model.metadata());
    for (StoredTensor tensor : model.tensors()) {
      ElementType stored = typeOf(tensor);
      writer.add(new Passing(tensor, stored, written), stored);
    }
    writer.write(target);
    return largest;
  }

  private ElementType typeOf(StoredTensor tensor) {
    if (type.isEmpty() || tensor.type().integral()) {
      return tensor.type();
    }
    return model.narrow().contains(tensor.name()) ? type.get() : ElementType.F32;
  }

  /** A tensor on its way from file to file, of which is kept how far its values were moved. */
  private final class Passing implements WeightSource {
    private final StoredTensor tensor;
    private final ElementType to;
    private final Runnable written;

    Passing(StoredTensor tensor, ElementType to, Runnable written) {
      this.tensor = tensor;
      this.to = to;
      this.written = written;
    }

    @Override
    public String name() {
      return tensor.name();
    }

    @Override
    public Shape shape() {
      return tensor.shape();
    }

    @Override
    public Reader open() {
      Reader from = tensor.open();
      return new Reader() {
        private double[] wide = new double[0];

        @Override
        public void read(long first, float[] values, int offset, int count) {
          if (tensor.type() == ElementType.F64) {
            wide = wide.length < count ? new double[count] : wide;
            from.read(first, wide, 0, count);
            narrow(wide, values, offset, count);
          } else {
            from.read(first, values, offset, count);
            if (to != tensor.type()) {
              measure(values, offset, count);
            }
          }
        }

        @Override
        public void read(long first, double[] values, int offset, int count) {
          from.read(first, values, offset, count);
        }

        @Override
        public void close() {
          from.close();
          written.run();
        }
      };
    }

    /** Rounds to float, measured against the doubles: the floats no longer show what was lost. */
    private void narrow(double[] from, float[] values, int offset, int count) {
      double farthest = 0;
      for (int i = 0; i < count; i++) {
        float value = (float) from[i];
        if (Float.isInfinite(value) && Double.isFinite(from[i])) {
          throw tooLarge(from[i]);
        }
        values[offset + i] = value;
        farthest = farther(farthest, distance(from[i], value));
      }
      note(farthest);
    }

    private void measure(float[] values, int offset, int count) {
      double farthest = 0;
      for (int i = offset; i < offset + count; i++) {
        farthest = farther(farthest, distance(values[i], values[i]));
      }
      note(farthest);
    }

    private double distance(double from, float value) {
      float rounded = rounded(to, value);
      if (Float.isInfinite(rounded) && Float.isFinite(value)) {
        throw tooLarge(from);
      }
      return Math.abs(from - rounded);
    }

    /** "IN: tensor NAME holds 70000.0, beyond float16 (65504.0); --dtype bf16 or f32 hold it". */
    private InvalidInputException tooLarge(double value) {
      String wider =
          Stream.of(ElementType.BF16, ElementType.F32)
              .filter(type -> Float.isFinite(rounded(type, (float) value)))
              .map(type -> type.name().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(" or "));
      String advice =
          wider.isEmpty()
              ? "without --dtype it stays " + tensor.type().words()
              : "--dtype " + wider + (wider.contains(" ") ? " hold it" : " holds it");
      float largest =
          switch (to) {
            case BF16 -> Bf16.widen((short) 0x7F7F);
            case F16 -> 65_504;
            default -> Float.MAX_VALUE;
          };
      return tensor.refused(
          "holds %s, beyond %s (%s); %s".formatted(value, to.words(), largest, advice));
    }

    /** A difference from or to what is no number compares false, and is none. */
    private static double farther(double farthest, double distance) {
      return distance > farthest && distance < Double.POSITIVE_INFINITY ? distance : farthest;
    }

    private void note(double farthest) {
      if (farthest > largest.distance()) {
        largest = new Rounding(tensor.name(), farthest);
      }
    }

    private static float rounded(ElementType type, float value) {
      return switch (type) {
        case BF16 -> Bf16.widen(Bf16.narrow(value));
        case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
        default -> value;
      };
    }
  }
}
