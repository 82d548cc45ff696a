import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
 * FloatVector c0_0a = FloatVector.fromArray(FLOATS, c, cAt);
 * FloatVector c0_0b = FloatVector.fromArray(FLOATS, c, cAt + LANES);
 * ... the same for row 1
 * for (int k = 0; k < depth; k++) {
 *   int at = wAt + k * (2 * LANES);
 *   FloatVector w0a = IntVector.fromArray(INTS, w, at).reinterpretAsFloats();
 *   FloatVector w0b = IntVector.fromArray(INTS, w, at + LANES).reinterpretAsFloats();
 *   FloatVector x0 = FloatVector.broadcast(FLOATS, x[xAt + k * 2]);
 *   c0_0a = x0.fma(w0a, c0_0a);
 *   c0_0b = x0.fma(w0b, c0_0b);
 *   ... the same for row 1
 * }
 * c0_0a.intoArray(c, cAt);
 * ...
 * }</pre>
 *
 * <p>What the optimizing compiler makes of the loop decides between all and a third of the
 * processor's multiply-adds, and three facts about JDK 25 shaped the tiles, each found by measuring
 * and by reading machine code. Every index that lives across the loop costs a general register, of
 * which there are few: so activations and sums are packed, and reached from one index each. Of
 * float32 weights loaded as floats, the scheduler moves all broadcasts to the top of the loop body,
 * which spills sums to the stack (40 instead of 100 GFLOP/s with six rows): so they are loaded as
 * ints. And odd numbers of rows above 1 are unrolled or scheduled badly: so there are none.
 *
 * <p>With 32 registers of 512 bits a tile of twelve rows hides all of that: it takes rows, or
 * columns, and weights where they lie, at nine tenths of the processor's multiply-adds. Products of
 * thousands of rows, in which packing would cost as much again as it saves, use those.
 */
final class TileGenerator {
  /**
   * Rows and panels of each tile. Few rows need several panels side by side, or too few chains of
   * multiply-adds are under way, and too few runs of memory are read at once; more than 12 sums
   * need more than 16 vector registers.
   */
  private static final int[][] SHAPES = {
    {1, 1}, {1, 2}, {1, 4}, {2, 1}, {2, 2}, {2, 4}, {4, 1}, {4, 2}, {6, 1}, {6, 2}, {8, 1}
  };

  /** Rows of tiles over what is not packed. */
  private static final int[] HEIGHTS = {12, 8, 6, 4, 2, 1};

  private static final String PARAMETERS =
      "float[] x, int xAt, int[] w, int wAt, int panelStride, int depth, float[] c, int cAt";

  /** How a weight panel is stored, and the text that loads one step of it as two float vectors. */
  private enum Weights {
    F32("F32Tiles", "float32 weights, {@code panel[k][2 * LANES]}") {
      @Override
      String step() {
        return "(2 * LANES)";
      }

      @Override
      void load(StringBuilder out, int p, String at) {
        String load = "FloatVector w%d%s = IntVector.fromArray(INTS, w, %s).reinterpretAsFloats();";
        line(out, 6, load, p, "a", at);
        line(out, 6, load, p, "b", at + " + LANES");
      }
    },
    BF16("Bf16Tiles", "bfloat16 weights, {@code panel[k][LANES]} pairs") {
      @Override
      String step() {
        return "LANES";
      }

      @Override
      void load(StringBuilder out, int p, String at) {
        line(out, 6, "IntVector w%d = IntVector.fromArray(INTS, w, %s);", p, at);
        line(out, 6, "FloatVector w%da = Bf16Pairs.low(w%d);", p, p);
        line(out, 6, "FloatVector w%db = Bf16Pairs.high(w%d);", p, p);
      }
    },
    FLOATS("FloatTiles", "float32 rows of at least {@code 2 * LANES}") {
      @Override
      String step() {
        return "wStride";
      }

      @Override
      void load(StringBuilder out, int p, String at) {
        line(out, 6, "FloatVector w%da = FloatVector.fromArray(FLOATS, w, %s);", p, at);
        line(out, 6, "FloatVector w%db = FloatVector.fromArray(FLOATS, w, %s + LANES);", p, at);
      }
    };

    final String className;
    final String layout;

    Weights(String className, String layout) {
      this.className = className;
      this.layout = layout;
    }

    /** Array elements of one panel per step of k. */
    abstract String step();

    /** Appends the lines that load panel {@code p}'s two vectors {@code w<p>a} and {@code w<p>b}. */
    abstract void load(StringBuilder out, int p, String at);
  }

  /** Where the activation of row {@code r} and input {@code k} is, when none is packed. */
  private enum Reach {
    ROWS("Row", "{@code x[xAt + r * xStride + k]}"),
    COLUMNS("Column", "{@code x[xAt + k * xStride + r]}");

    final String prefix;
    final String place;

    Reach(String prefix, String place) {
      this.prefix = prefix;
      this.place = place;
    }
  }

  private TileGenerator() {}

  /** Writes the classes of tiles below the folder {@code args[0]}. */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      throw new IllegalArgumentException("usage: java TileGenerator.java OUTPUT_FOLDER");
    }
    Path folder = Path.of(args[0], "dev", "arpg4j", "cpu", "kernel");
    Files.createDirectories(folder);
    for (Weights weights : List.of(Weights.F32, Weights.BF16)) {
      write(folder, weights.className, tileClass(weights));
    }
    for (Weights weights : Weights.values()) {
      write(folder, className(Reach.ROWS, weights), looseClass(Reach.ROWS, weights));
    }
    write(
        folder,
        className(Reach.COLUMNS, Weights.FLOATS),
        looseClass(Reach.COLUMNS, Weights.FLOATS));
  }

  private static void write(Path folder, String className, String text) throws IOException {
    Path file = folder.resolve(className + ".java");
    // An unchanged file keeps its time stamp, so that an incremental build stays one.
    if (!Files.exists(file) || !Files.readString(file).equals(text)) {
      Files.writeString(file, text);
    }
  }

  private static String tileClass(Weights weights) {
    StringBuilder out = head();
    line(out, 0, "/** Register tiles over %s; written by TileGenerator. */", weights.layout);
    line(out, 0, "final class %s {", weights.className);
    line(out, 2, "private %s() {}", weights.className);
    dispatcher(out);
    for (int[] shape : SHAPES) {
      tile(out, weights, shape[0], shape[1]);
    }
    line(out, 0, "}");
    return out.toString();
  }

  private static StringBuilder head() {
    StringBuilder out = new StringBuilder();
    line(out, 0, "package dev.arpg4j.cpu.kernel;");
    line(out, 0, "");
    line(out, 0, "import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;");
    line(out, 0, "import static dev.arpg4j.cpu.kernel.Lanes.INTS;");
    line(out, 0, "import static dev.arpg4j.cpu.kernel.Lanes.LANES;");
    line(out, 0, "");
    line(out, 0, "import jdk.incubator.vector.FloatVector;");
    line(out, 0, "import jdk.incubator.vector.IntVector;");
    line(out, 0, "");
    return out;
  }

  private static String className(Reach reach, Weights weights) {
    return reach.prefix + weights.className;
  }

  /** Tiles over what is not packed, one panel wide. */
  private static String looseClass(Reach reach, Weights weights) {
    StringBuilder out = head();
    String name = className(reach, weights);
    line(out, 0, "/**");
    line(out, 0, " * Register tiles over %s,", weights.layout);
    line(out, 0, " * of activations %s;", reach.place);
    line(out, 0, " * written by TileGenerator.");
    line(out, 0, " */");
    line(out, 0, "final class %s {", name);
    line(out, 2, "private %s() {}", name);
    for (int rows : HEIGHTS) {
      looseTile(out, reach, weights, rows);
    }
    looseDispatcher(out, reach, weights);
    line(out, 0, "}");
    return out.toString();
  }

  private static String looseParameters(Weights weights) {
    String array = weights == Weights.FLOATS ? "float[]" : "int[]";
    String stride = weights == Weights.FLOATS ? ", int wStride" : "";
    return "float[] x, int xAt, int xStride, %s w, int wAt%s, int depth, float[] c, int cAt, int cStride"
        .formatted(array, stride);
  }

  private static void looseTile(StringBuilder out, Reach reach, Weights weights, int rows) {
    line(out, 0, "");
    line(out, 2, "private static void rows%d(%s) {", rows, looseParameters(weights));
    for (int r = 0; r < rows; r++) {
      String at = plus("cAt", r, "cStride");
      line(out, 4, "FloatVector c%d_0a = FloatVector.fromArray(FLOATS, c, %s);", r, at);
      line(out, 4, "FloatVector c%d_0b = FloatVector.fromArray(FLOATS, c, %s + LANES);", r, at);
      if (reach == Reach.ROWS) {
        line(out, 4, "int x%dAt = %s;", r, plus("xAt", r, "xStride"));
      }
    }
    line(out, 4, "for (int k = 0; k < depth; k++) {");
    line(out, 6, "int at = wAt + k * %s;", weights.step());
    if (reach == Reach.COLUMNS) {
      line(out, 6, "int column = xAt + k * xStride;");
    }
    weights.load(out, 0, "at");
    for (int r = 0; r < rows; r++) {
      String at = reach == Reach.ROWS ? "x" + r + "At + k" : plus("column", r, "1");
      line(out, 6, "FloatVector x%d = FloatVector.broadcast(FLOATS, x[%s]);", r, at);
      line(out, 6, "c%d_0a = x%d.fma(w0a, c%d_0a);", r, r, r);
      line(out, 6, "c%d_0b = x%d.fma(w0b, c%d_0b);", r, r, r);
    }
    line(out, 4, "}");
    for (int r = 0; r < rows; r++) {
      String at = plus("cAt", r, "cStride");
      line(out, 4, "c%d_0a.intoArray(c, %s);", r, at);
      line(out, 4, "c%d_0b.intoArray(c, %s + LANES);", r, at);
    }
    line(out, 2, "}");
  }

  /** Appends {@code run}, which takes as many rows as there are, the tallest tiles first. */
  private static void looseDispatcher(StringBuilder out, Reach reach, Weights weights) {
    String stride = weights == Weights.FLOATS ? ", wStride" : "";
    String arguments = "(x, at, xStride, w, wAt" + stride + ", depth, c, cAt + row * cStride, cStride)";
    line(out, 0, "");
    line(out, 2, "static void run(int rows, %s) {", looseParameters(weights));
    line(out, 4, "int row = 0;");
    for (int height : HEIGHTS) {
      String loop = height == HEIGHTS[0] || height == 6 ? "while" : "if";
      String fits = height > 6 ? "PanelTiles.ROWS >= " + height + " && " : "";
      line(out, 4, "%s (%srows - row >= %d) {", loop, fits, height);
      line(out, 6, "int at = xAt + row%s;", reach == Reach.ROWS ? " * xStride" : "");
      line(out, 6, "rows%d%s;", height, arguments);
      line(out, 6, "row += %d;", height);
      line(out, 4, "}");
    }
    line(out, 2, "}");
  }

  /** Appends {@code run}, which calls the tile of {@code rows} rows and {@code panels} panels. */
  private static void dispatcher(StringBuilder out) {
    line(out, 0, "");
    line(out, 2, "static void run(int rows, int panels, %s) {", PARAMETERS);
    line(out, 4, "switch (10 * rows + panels) {");
    for (int[] shape : SHAPES) {
      String arguments = "(x, xAt, w, wAt, panelStride, depth, c, cAt)";
      String name = name(shape[0], shape[1]);
      line(out, 6, "case %d -> %s%s;", 10 * shape[0] + shape[1], name, arguments);
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
    line(out, 2, "static void %s(%s) {", name(rows, panels), PARAMETERS);
    for (int i = 0; i < rows * panels * 2; i++) {
      String at = plus("cAt", i, "LANES");
      line(out, 4, "FloatVector %s = FloatVector.fromArray(FLOATS, c, %s);", c(panels, i), at);
    }
    line(out, 4, "for (int k = 0; k < depth; k++) {");
    line(out, 6, "int at = wAt + k * %s;", weights.step());
    for (int p = 0; p < panels; p++) {
      weights.load(out, p, plus("at", p, "panelStride"));
    }
    for (int r = 0; r < rows; r++) {
      String at = plus(rows == 1 ? "xAt + k" : "xAt + k * " + rows, r, "1");
      line(out, 6, "FloatVector x%d = FloatVector.broadcast(FLOATS, x[%s]);", r, at);
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
