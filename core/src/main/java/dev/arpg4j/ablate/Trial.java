package dev.arpg4j.ablate;

import dev.arpg4j.compare.Entrant;
import dev.arpg4j.decode.Network;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.interpret.Counting;
import dev.arpg4j.train.Recipe;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.Examples;
import dev.arpg4j.variant.Family;
import java.util.ArrayList;
import java.util.List;

/**
 * A model that is trained, and the lines it has in a table.
 *
 * @param name which tells it from the others
 * @param lines one or more
 */
public record Trial(String name, Recipe recipe, List<Line> lines) {
  public Trial {
    lines = List.copyOf(lines);
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(name + " has no lines");
    }
  }

  /** The name of its folder. */
  public String folder() {
    return name.replace(' ', '-');
  }

  /** What decodes in one of its lines. */
  public Entrant entrant(Line line) {
    Recipe.Model model = recipe.model();
    return new Entrant(
        Family.named(model.variant()), line.name(), model.architecture(), line.settings());
  }

  /** Operations of the forward pass over one image in training. */
  public long forwardFlops() {
    Architecture architecture = recipe.model().architecture();
    try (Counting counting = Counting.withoutComputing(DType.F32);
        Scope _ = counting.scope()) {
      Network network =
          architecture.load(
              counting,
              new RandomWeights(architecture.parameters(), 0, recipe.model().deviation()),
              DType.F32);
      int[][] tokens = new int[1][architecture.places()];
      recipe
          .objective()
          .of(network, new Examples(recipe.seed(), 0, 0, new int[] {network.classId(0)}, tokens));
      return counting.cost().flops();
    }
  }

  private boolean isNamed(String asked) {
    return name.equalsIgnoreCase(asked)
        || folder().equalsIgnoreCase(asked)
        || lines.stream().anyMatch(line -> line.name().equalsIgnoreCase(asked));
  }

  /**
   * Those asked for by their names, their folders' or a line's, whatever the case of its letters.
   *
   * @param names all, if there are none
   * @throws InvalidInputException if a name is nobody's, listing those there are
   */
  public static List<Trial> only(List<Trial> trials, List<String> names) {
    for (String name : names) {
      if (trials.stream().noneMatch(trial -> trial.isNamed(name))) {
        List<String> known = new ArrayList<>();
        trials.forEach(trial -> known.add(trial.lines().getFirst().name()));
        throw new InvalidInputException(
            "--only '%s': expected one of %s".formatted(name, String.join(", ", known)));
      }
    }
    return names.isEmpty()
        ? trials
        : trials.stream().filter(trial -> names.stream().anyMatch(trial::isNamed)).toList();
  }
}
