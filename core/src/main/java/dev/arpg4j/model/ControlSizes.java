package dev.arpg4j.model;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The path by which the conditions of cells reach their queries (VARIANTS.md 1.10): a small MLP, or
 * a table where they are tokens. Its last map begins at zero, so that a path that nothing was
 * learnt in leaves every query [MASK]'s. In files it is {@code control}, {@code control_inputs} and
 * {@code control_width}.
 *
 * @param inputs C, the values of a cell's condition; how many tokens there are, where it is one
 * @param width the inner width of the MLP; 0 where conditions are tokens
 */
public record ControlSizes(ControlKind kind, int inputs, int width) {
  /** No such path. */
  public static final ControlSizes NONE = new ControlSizes(ControlKind.NONE, 0, 0);

  /** What the names of its parameters begin with. */
  public static final String PREFIX = "control.";

  static final String UP = PREFIX + "fc1";
  static final String DOWN = PREFIX + "fc2";
  static final String TABLE = PREFIX + "embeddings.weight";

  private static final String KIND = "control";
  private static final String INPUTS = "control_inputs";
  private static final String WIDTH = "control_width";
  private static final int MOST = 1 << 16;

  public ControlSizes {
    boolean mlp = kind == ControlKind.EDGES || kind == ControlKind.GREY;
    require(INPUTS, inputs, mlp || kind == ControlKind.TOKENS);
    require(WIDTH, width, mlp);
  }

  private static void require(String field, int value, boolean some) {
    if (some ? value < 1 || value > MOST : value != 0) {
      throw new InvalidInputException(
          "%s %d: expected %s".formatted(field, value, some ? "1 .. " + MOST : "0"));
    }
  }

  /** Whether there is one. */
  public boolean present() {
    return kind != ControlKind.NONE;
  }

  /** How many numbers tell a cell's condition; 0 if cells have none. */
  public int values() {
    return kind == ControlKind.TOKENS ? 1 : inputs;
  }

  /** What is read back by {@link #of}; none if there is no path. */
  public Map<String, String> metadata() {
    Map<String, String> values = new LinkedHashMap<>();
    if (present()) {
      values.put(KIND, kind.text());
      values.put(INPUTS, Integer.toString(inputs));
      values.put(WIDTH, Integer.toString(width));
    }
    return values;
  }

  /** The path that a file tells of. */
  static ControlSizes of(Metadata metadata) {
    String kind = metadata.text(KIND);
    return kind == null
        ? NONE
        : new ControlSizes(
            ControlKind.named(KIND, kind), metadata.integer(INPUTS), metadata.integer(WIDTH));
  }

  /** Its parameters, for queries of that width. */
  List<Parameter> parameters(int dim) {
    return switch (kind) {
      case NONE -> List.of();
      case TOKENS -> List.of(Parameter.table(TABLE, inputs, dim).fromZero());
      case EDGES, GREY -> {
        List<Parameter> mlp = new ArrayList<>();
        Linear.parameters(UP, width, inputs)
            .forEach(
                each ->
                    mlp.add(each.shape().rank() == 1 ? each : each.from(Parameter.Start.FAN_IN)));
        Linear.parameters(DOWN, dim, width).forEach(each -> mlp.add(each.fromZero()));
        yield mlp;
      }
    };
  }
}
