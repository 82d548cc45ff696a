package dev.arpg4j.cuda.kernel;

import java.util.List;
import java.util.stream.Stream;

/** All scenarios of all kernels. */
final class KernelScenarios {
  private KernelScenarios() {}

  static List<Scenario> all() {
    return KernelSource.files().stream()
        .flatMap(file -> Stream.of(Element.values()).flatMap(it -> of(file, it).stream()))
        .toList();
  }

  /** Those of one file and element; none where the file has no kernel for it. */
  static List<Scenario> of(String file, Element element) {
    List<Scenario> own =
        switch (file) {
          case "rownorms" -> NormScenarios.of(element);
          case "entrywise" -> both(MapScenarios.of(element), TrainingMapScenarios.of(element));
          case "normgrads" -> NormBackwardScenarios.rows(element);
          case "rowsums" ->
              both(RowSumScenarios.of(element), NormBackwardScenarios.scales(element));
          case "rowwise" -> RowScenarios.of(element);
          case "movement" -> MovementScenarios.of(element);
          case "images" -> ImageScenarios.of(element);
          case "positions" -> PositionScenarios.of(element);
          case "attention", "attention_mma" -> AttentionScenarios.of(element, file);
          case "attention_backward" -> AttentionBackwardScenarios.of(element);
          case "reductions" -> ReductionScenarios.of(element);
          case "draws" -> element == Element.F32 ? DrawScenarios.numbers() : List.of();
          case "sample" -> DrawScenarios.samples(element);
          case "choices" -> ChoiceScenarios.of(element);
          case "optimizer" -> element == Element.F32 ? TrainingMapScenarios.optimizer() : List.of();
          case "probes" -> element == Element.F32 ? ProbeScenarios.all() : List.of();
          default -> throw new IllegalArgumentException("no scenarios of " + file);
        };
    Stream<Scenario> faults =
        IndexFaultScenarios.of(element).stream().filter(it -> it.file().equals(file));
    Stream<Scenario> draws =
        file.equals("sample") ? DrawScenarios.sampleFaults(element).stream() : Stream.of();
    return Stream.of(own.stream(), faults, draws).flatMap(it -> it).toList();
  }

  private static List<Scenario> both(List<Scenario> some, List<Scenario> others) {
    return Stream.of(some, others).flatMap(List::stream).toList();
  }
}
