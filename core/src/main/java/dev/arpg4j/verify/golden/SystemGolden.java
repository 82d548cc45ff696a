package dev.arpg4j.verify.golden;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.Plan;
import org.jspecify.annotations.Nullable;

/** What one system's golden numbers have that no other's do, and how its runs are guided. */
interface SystemGolden {
  /** Of systems that have tokens and logits, guided by one constant weight. */
  SystemGolden PLAIN = new SystemGolden() {};

  /** That of a variant. */
  static SystemGolden of(String variant) {
    return switch (variant) {
      case "rar" -> new RarGolden();
      case "var" -> new VarGolden();
      default -> PLAIN;
    };
  }

  /** Whether a run may have that name: where there are several, each is named by its steps. */
  default boolean hasRun(String run) {
    return run.matches("([0-9]{1,4}\\.)?");
  }

  /**
   * The guidance of a run.
   *
   * @param run what its tensors' names and its metadata begin with, for instance "power."; empty if
   *     there is one run
   */
  default Guidance guidance(GoldenInputs inputs, String run) {
    double ofAll = inputs.number("guidance_scale", 1);
    return new Guidance(GuidanceSchedule.CONSTANT, inputs.number(run + "guidance_scale", ofAll));
  }

  /**
   * Checks a tensor of a teacher-forced pass: where nothing else is said, what a head says by
   * itself; null if the system has none of that name.
   */
  default @Nullable GoldenCheck forward(
      String label,
      String tensor,
      GoldenModel model,
      GoldenInputs inputs,
      ForwardPass.Images images) {
    Feed head = model.architecture().heads().get(tensor);
    if (head == null) {
      return null;
    }
    double[] said =
        inputs.doubles(
            tensor,
            images.orders().length,
            1 + model.network().places(),
            model.network().vocabulary());
    return HeadGolden.check(label, said, head, model, images);
  }

  /** Checks a tensor of a run; null if the system has none of that name. */
  default @Nullable GoldenCheck decoded(String label, String tensor, GoldenModel model, Run run) {
    return null;
  }

  /**
   * A decode that was run.
   *
   * @param name as in {@link #guidance}
   * @param tokens [I][N]
   */
  record Run(GoldenInputs inputs, String name, DecodeSettings settings, Plan plan, int[][] tokens) {
    /** The guidance weight of each step. */
    double[] weights() {
      return plan.steps().stream()
          .mapToDouble(step -> settings.guidance().weight(step, plan))
          .toArray();
    }

    /** The values of a tensor of this run. */
    double[] expected(String tensor) {
      return inputs.file().tensor(name + tensor).readDoubles();
    }
  }
}
