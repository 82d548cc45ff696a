package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.Variant;
import dev.arpg4j.variant.VariantCheckpoint;
import java.util.List;
import java.util.StringJoiner;

/**
 * What a flag of {@link DecodeOptions} is when it is not given: the settings a model is best at.
 *
 * @param settings with as many steps as are worth while; fewer where a grid has fewer cells
 */
record Recommended(Variant variant, Architecture architecture, DecodeSettings settings) {
  /** How the released ARPGs are sampled (VARIANTS.md 1.7, 9.4). */
  static final DecodeSettings PUBLISHED = published();

  private static DecodeSettings published() {
    Variant arpg = Family.named("arpg");
    return arpg.settings(arpg.published().values().iterator().next());
  }

  /** The settings for a model: as published, or as what was trained here. */
  static Recommended of(VariantCheckpoint model) {
    return new Recommended(model.variant(), model.architecture(), model.settings());
  }

  /** The settings that the released ARPGs have, for an ARPG of any size. */
  static Recommended published(Checkpoint model) {
    VariantCheckpoint arpg = VariantCheckpoint.of(model);
    return new Recommended(arpg.variant(), arpg.architecture(), PUBLISHED);
  }

  /** With other settings. */
  Recommended with(DecodeSettings other) {
    return new Recommended(variant, architecture, other);
  }

  int steps() {
    return Math.min(settings.steps(), architecture.places());
  }

  /** The name of a setting; what no flag names is named after the variant whose own it is. */
  <T> String nameOf(List<Choice<T>> choices, Object value) {
    return choices.stream()
        .filter(choice -> value.equals(choice.value()))
        .map(Choice::name)
        .findFirst()
        .orElse(variant.name());
  }

  /** In one phrase, without what the system does not ask about. */
  String describe() {
    AskedSettings asked = new AskedSettings(this);
    StringJoiner words = new StringJoiner(", ").add(steps() + " steps");
    if (asked.about(AskedSettings.Setting.SCHEDULE)) {
      words.add(nameOf(Choice.SCHEDULES, settings.schedule()));
    }
    words.add(describe(settings.guidance()));
    if (asked.about(AskedSettings.Setting.ORDER) && settings.order() != GenerationOrder.IMAGE) {
      words.add(nameOf(Choice.ORDERS, settings.order()) + " order");
    }
    if (asked.about(AskedSettings.Setting.PASS1)) {
      words.add(nameOf(Choice.MASKS, settings.pass1()));
    }
    return words + describe(settings.sampling());
  }

  private String describe(Guidance guidance) {
    return guidance.branches() == 1
        ? "no guidance"
        : "guidance %s %s"
            .formatted(guidance.scale(), nameOf(Choice.GUIDANCE_SCHEDULES, guidance.schedule()));
  }

  private static String describe(Sampling sampling) {
    StringBuilder words = new StringBuilder();
    if (sampling.temperature() != Sampling.PLAIN.temperature()) {
      words.append(", temperature ").append(sampling.temperature());
    }
    if (sampling.topK() != Sampling.PLAIN.topK()) {
      words.append(", top-k ").append(sampling.topK());
    }
    if (sampling.topP() != Sampling.PLAIN.topP()) {
      words.append(", top-p ").append(sampling.topP());
    }
    return words.toString();
  }
}
