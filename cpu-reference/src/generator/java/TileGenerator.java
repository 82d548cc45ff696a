import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the unrolled register tiles of {@code dev.arpg4j.cpu.kernel}: run by the build as {@code
 * java TileGenerator.java OUTPUT_FOLDER}.
 *
 * <p>A tile is the innermost loop of a matrix product: {@code rows} rows of activations against
 * {@code panels} packed weight panels, each panel two vectors wide. Its {@code rows * panels * 2}
 * accumulators must be separately named local variables, or the compiler keeps them in memory
 * instead of registers; that is why they are written by a program and not by a loop.
 *
 * <p>The text is the same whatever the vector width. Two rows and one panel of float32 weights read
 *
 * <pre>{@code
 * FloatVector c0a = FloatVector.fromArray(FLOATS, c, cAt);
 * FloatVector c0b = FloatVector.fromArray(FLOATS, c, cAt + LANES);
 * ... the same for row 1
 * for (int k = 0; k < depth; k++) {
 *   int at = wAt + k * (2 * LANES);
 *   FloatVector w0a = FloatVector.fromArray(FLOATS, w, at);
 *   FloatVector w0b = FloatVector.fromArray(FLOATS, w, at + LANES);
 *   FloatVector x0 = FloatVector.broadcast(FLOATS, x[xAt + k * 2]);
 *   c0a = x0.fma(w0a, c0a);
 *   c0b = x0.fma(w0b, c0b);
 *   ... the same for row 1
 * }
 * c0a.intoArray(c, cAt);
 * ...
 * }</pre>
 *
 * <p>What the compiler does with the loop decides between all and a third of the processor's
 * multiply-adds, and two facts about it shaped the tiles. Every index live across the loop costs a
 * general register, of which there are few, so activations and accumulators are packed and reached
 * from one index each. And it likes to move all broadcasts of one index to the top of the loop body,
 * which spills accumulators when they are many: then the rows are split into groups, each with an
 * index of its own.
 */
final class TileGenerator {
  /** Rows of the tallest tile: 16 accumulators, 8 broadcasts and 2 weights of 32 registers. */
  private static final int MAX_ROWS = 8;

  /** Few rows need several panels side by side, or too few chains of multiply-adds are under way. */
  private enum Shapes {
    ;

    static int maxPanels(int rows) {
      return rows == 1 ? 4 : rows == 2 ? 2 : 1;
    }
  }

  /** How a weight panel is stored, and the text that loads one step of it as two float vectors. */
  private enum Weights {
    F32("F32Tiles", "float", "float32 weights, {@code panel[k][2 * LANES]}") {
      @Override
      String step() {
        return "(2 * LANES)";
      }

      @Override
      void load(StringBuilder out, int p, String at) {
        line(out, 6, "FloatVector w%da = FloatVector.fromArray(FLOATS, w, %s);", p, at);
        line(out, 6, "FloatVector w%db = FloatVector.fromArray(FLOATS, w, %s + LANES);", p, at);
      }

      @Override
      int groupRows(int rows) {
        return rows == 5 ? 3 : rows == 6 ? 1 : rows;
      }
    },
    BF16("Bf16Tiles", "int", "bfloat16 weights, {@code panel[k][LANES]} pairs") {
      @Override
      String step() {
        return "LANES";
      }

      @Override
      void load(StringBuilder out, int p, String at) {
        line(out, 6, "IntVector w%d = IntVector.fromArray(INTS, w, %s);", p, at);
        line(out, 6, "FloatVector w%da = Bf16.low(w%d);", p, p);
        line(out, 6, "FloatVector w%db = Bf16.high(w%d);", p, p);
      }

      @Override
      int groupRows(int rows) {
        return rows;
      }
    };

    final String className;
    final String element;
    final String layout;

    Weights(String className, String element, String layout) {
      this.className = className;
      this.element = element;
      this.layout = layout;
    }

    /** Array elements of one panel per step of k. */
    abstract String step();

    /** Appends the lines that load panel {@code p}'s two vectors {@code w<p>a} and {@code w<p>b}. */
    abstract void load(StringBuilder out, int p, String at);

    /** Rows of activations that share an index, in a tile of {@code rows}; found by measuring. */
    abstract int groupRows(int rows);
  }

  private TileGenerator() {}

  /** Writes one class for each storage of weights below the folder {@code args[0]}. */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      throw new IllegalArgumentException("usage: java TileGenerator.java OUTPUT_FOLDER");
    }
    Path folder = Path.of(args[0], "dev", "arpg4j", "cpu", "kernel");
    Files.createDirectories(folder);
    for (Weights weights : Weights.values()) {
      Path file = folder.resolve(weights.className + ".java");
      String text = tileClass(weights);
      // An unchanged file keeps its time stamp, so that an incremental build stays one.
      if (!Files.exists(file) || !Files.readString(file).equals(text)) {
        Files.writeString(file, text);
      }
    }
  }

  private static String tileClass(Weights weights) {
    StringBuilder out = new StringBuilder();
    line(out, 0, "package dev.arpg4j.cpu.kernel;");
    line(out, 0, "");
    line(out, 0, "import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;");
    if (weights == Weights.BF16) {
      line(out, 0, "import static dev.arpg4j.cpu.kernel.Lanes.INTS;");
    }
    line(out, 0, "import static dev.arpg4j.cpu.kernel.Lanes.LANES;");
    line(out, 0, "");
    line(out, 0, "import jdk.incubator.vector.FloatVector;");
    if (weights == Weights.BF16) {
      line(out, 0, "import jdk.incubator.vector.IntVector;");
    }
    line(out, 0, "");
    line(out, 0, "/** Register tiles over %s; written by TileGenerator. */", weights.layout);
    line(out, 0, "final class %s {", weights.className);
    line(out, 2, "private %s() {}", weights.className);
    groups(out, weights);
    dispatcher(out, weights);
    for (int rows = 1; rows <= MAX_ROWS; rows++) {
      for (int panels = 1; panels <= Shapes.maxPanels(rows); panels *= 2) {
        tile(out, weights, rows, panels);
      }
    }
    line(out, 0, "}");
    return out.toString();
  }

  /** Appends {@code groupRows}, which says how the activations of a tile must be packed. */
  private static void groups(StringBuilder out, Weights weights) {
    line(out, 0, "");
    line(out, 2, "static int groupRows(int rows) {");
    line(out, 4, "return switch (rows) {");
    for (int rows = 1; rows <= MAX_ROWS; rows++) {
      line(out, 6, "case %d -> %d;", rows, weights.groupRows(rows));
    }
    line(out, 6, "default -> throw new IllegalArgumentException(\"rows \" + rows);");
    line(out, 4, "};");
    line(out, 2, "}");
  }

  private static String parameters(Weights weights) {
    return "float[] x, int xAt, int xGroup, "
        + weights.element
        + "[] w, int wAt, int panelStride, int depth, float[] c, int cAt";
  }

  /** Appends {@code run}, which calls the tile of {@code rows} rows and {@code panels} panels. */
  private static void dispatcher(StringBuilder out, Weights weights) {
    line(out, 0, "");
    line(out, 2, "static void run(int rows, int panels, %s) {", parameters(weights));
    line(out, 4, "switch (10 * rows + panels) {");
    for (int rows = 1; rows <= MAX_ROWS; rows++) {
      for (int panels = 1; panels <= Shapes.maxPanels(rows); panels *= 2) {
        String arguments = "(x, xAt, xGroup, w, wAt, panelStride, depth, c, cAt)";
        line(out, 6, "case %d -> %s%s;", 10 * rows + panels, name(rows, panels), arguments);
      }
    }
    line(out, 6, "default -> throw new IllegalArgumentException(rows + \" x \" + panels);");
    line(out, 4, "}");
    line(out, 2, "}");
  }

  private static String name(int rows, int panels) {
    return "rows" + rows + "Panels" + panels;
  }

  private static void tile(StringBuilder out, Weights weights, int rows, int panels) {
    line(out, 0, "");
    line(out, 2, "static void %s(%s) {", name(rows, panels), parameters(weights));
    for (int i = 0; i < rows * panels * 2; i++) {
      String at = plus("cAt", i, "LANES");
      line(out, 4, "FloatVector %s = FloatVector.fromArray(FLOATS, c, %s);", c(panels, i), at);
    }
    line(out, 4, "for (int k = 0; k < depth; k++) {");
    line(out, 6, "int at = wAt + k * %s;", weights.step());
    for (int p = 0; p < panels; p++) {
      weights.load(out, p, plus("at", p, "panelStride"));
    }
    int group = weights.groupRows(rows);
    for (int r = 0; r < rows; r++) {
      String base = plus("xAt", r / group, "xGroup") + plus(" + k * " + group, r % group, "1");
      line(out, 6, "FloatVector x%d = FloatVector.broadcast(FLOATS, x[%s]);", r, base);
      for (int p = 0; p < panels; p++) {
        line(out, 6, "c%d_%da = x%d.fma(w%da, c%d_%da);", r, p, r, p, r, p);
        line(out, 6, "c%d_%db = x%d.fma(w%db, c%d_%db);", r, p, r, p, r, p);
      }
    }
    line(out, 4, "}");
    for (int i = 0; i < rows * panels * 2; i++) {
      line(out, 4, "%s.intoArray(c, %s);", c(panels, i), plus("cAt", i, "LANES"));
    }
    line(out, 2, "}");
  }

  /** The name of accumulator {@code i} in the order of memory: row, panel, half. */
  private static String c(int panels, int i) {
    return "c" + i / (2 * panels) + "_" + i / 2 % panels + (i % 2 == 0 ? "a" : "b");
  }

  /** The text {@code base + count * unit}. */
  private static String plus(String base, int count, String unit) {
    return switch (count) {
      case 0 -> base;
      case 1 -> base + " + " + unit;
      default -> base + " + " + count + (unit.equals("1") ? "" : " * " + unit);
    };
  }

  private static void line(StringBuilder out, int indent, String format, Object... arguments) {
    String text = arguments.length == 0 ? format : String.format(format, arguments);
    out.append(text.isEmpty() ? "" : " ".repeat(indent)).append(text).append('\n');
  }
}
