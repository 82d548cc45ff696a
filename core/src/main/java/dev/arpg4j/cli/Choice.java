package dev.arpg4j.cli;

import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.List;

/**
 * A value that a flag gives by name.
 *
 * @param name as on the command line and in results
 */
record Choice<T>(String name, T value) {
  static final List<Choice<StepSchedule>> SCHEDULES =
      List.of(
          new Choice<>("arccos", StepSchedule.ARCCOS), new Choice<>("cosine", StepSchedule.COSINE));

  static final List<Choice<GuidanceSchedule>> GUIDANCE_SCHEDULES =
      List.of(
          new Choice<>("linear", GuidanceSchedule.LINEAR),
          new Choice<>("constant", GuidanceSchedule.CONSTANT));

  static final List<Choice<GenerationOrder>> ORDERS =
      List.of(
          new Choice<>("corners", GenerationOrder.CORNERS),
          new Choice<>("image", GenerationOrder.IMAGE),
          new Choice<>("shared", GenerationOrder.SHARED),
          new Choice<>("raster", GenerationOrder.RASTER));

  static final List<Choice<Pass1Mask>> MASKS =
      List.of(new Choice<>("strict", Pass1Mask.STRICT), new Choice<>("chunk", Pass1Mask.CHUNK));

  /** What weights are held in, and what a backend may be asked to compute in. */
  static final List<Choice<DType>> FLOATS =
      List.of(new Choice<>("f32", DType.F32), new Choice<>("bf16", DType.BF16));

  /** All that there are. */
  static final List<Choice<DType>> COMPUTE_TYPES =
      List.of(
          new Choice<>("f64", DType.F64),
          new Choice<>("f32", DType.F32),
          new Choice<>("bf16", DType.BF16));

  /** What a value is called. */
  static <T> String nameOf(List<Choice<T>> choices, Object value) {
    return choices.stream()
        .filter(choice -> value.equals(choice.value()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(value + " has no name"))
        .name();
  }

  /**
   * The choice of that name, whatever the case of its letters.
   *
   * @throws InvalidInputException if there is none, naming the flag and the choices
   */
  static <T> Choice<T> named(String flag, List<Choice<T>> choices, String name) {
    return choices.stream()
        .filter(choice -> choice.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "%s '%s': expected %s"
                        .formatted(
                            flag,
                            name,
                            String.join(" or ", choices.stream().map(Choice::name).toList()))));
  }
}
