package dev.arpg4j.cpu.kernel;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width of all kernels, and whether it is really executed by vector instructions.
 *
 * <p>The width is the widest the machine has, or that of the system property {@code
 * arpg4j.vectorBits} (128, 256 or 512). A width that the machine lacks gives the same bits, slowly.
 */
public final class Lanes {
  /** The system property that chooses a width. */
  public static final String WIDTH_PROPERTY = "arpg4j.vectorBits";

  /** The float vectors of every kernel; a constant, so that the compiler folds the width. */
  public static final VectorSpecies<Float> FLOATS =
      chosenSpecies(System.getProperty(WIDTH_PROPERTY));

  /** Int vectors of the same width. */
  public static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());

  /** Floats in a vector. */
  public static final int LANES = FLOATS.length();

  private Lanes() {}

  private static VectorSpecies<Float> chosenSpecies(String bits) {
    return switch (bits) {
      case null -> widest();
      case "128" -> FloatVector.SPECIES_128;
      case "256" -> FloatVector.SPECIES_256;
      case "512" -> FloatVector.SPECIES_512;
      default ->
          throw new IllegalArgumentException(
              WIDTH_PROPERTY + " is " + bits + ", expected 128, 256 or 512");
    };
  }

  /** The machine's, but between 128 and 512 bits: sums are laid out for these widths. */
  private static VectorSpecies<Float> widest() {
    VectorSpecies<Float> preferred = FloatVector.SPECIES_PREFERRED;
    if (preferred.vectorBitSize() < 128) {
      return FloatVector.SPECIES_128;
    }
    return preferred.vectorBitSize() > 512 ? FloatVector.SPECIES_512 : preferred;
  }

  /** The width in use, in bits. */
  public static int bits() {
    return FLOATS.vectorBitSize();
  }

  /** The widest vectors that this Java virtual machine executes as instructions, in bits. */
  public static int machineBits() {
    return IntVector.SPECIES_PREFERRED.vectorBitSize();
  }

  /**
   * Vector registers of this machine, which bound the height of a tile: 32 with AVX-512 and on Arm,
   * 16 otherwise.
   */
  static int registers() {
    boolean arm = System.getProperty("os.arch", "").equals("aarch64");
    return arm || machineBits() >= 512 ? 32 : 16;
  }

  /**
   * A reason why vector code would run slowly here.
   *
   * @param remedy naming the virtual machine flag or property that mends it
   */
  public record Obstacle(String what, String remedy) {
    @Override
    public String toString() {
      return what + ": " + remedy;
    }
  }

  /** Why vector code would run slowly here; empty if SIMD is really on. */
  public static List<Obstacle> obstacles() {
    List<Obstacle> found = new ArrayList<>();
    String mode = System.getProperty("java.vm.info", "");
    if (mode.contains("interpreted")) {
      found.add(new Obstacle("Java runs interpreted (" + mode + ")", "remove -Xint"));
    }
    if (Integer.parseInt(flag("TieredStopAtLevel", "4")) < 4) {
      found.add(
          new Obstacle(
              "the optimizing compiler C2 is off", "remove -XX:TieredStopAtLevel and -client"));
    }
    if (flag("UseJVMCICompiler", "false").equals("true")) {
      found.add(
          new Obstacle("vector operations are compiled by C2 only", "add -XX:-UseJVMCICompiler"));
    }
    if (flag("EnableVectorSupport", "true").equals("false")) {
      found.add(new Obstacle("vector operations are off", "remove -XX:-EnableVectorSupport"));
    }
    if (flag("UseFMA", "true").equals("false")) {
      found.add(
          new Obstacle(
              "fused multiply-add is emulated",
              "remove -XX:-UseFMA, or this processor lacks the instruction"));
    }
    if (bits() > machineBits()) {
      found.add(
          new Obstacle(
              "%d-bit vectors are emulated, this machine has %d".formatted(bits(), machineBits()),
              "remove -D%s=%d".formatted(WIDTH_PROPERTY, bits())));
    }
    return List.copyOf(found);
  }

  /** The value of a virtual machine flag, or {@code otherwise} where no such flag exists. */
  private static String flag(String name, String otherwise) {
    HotSpotDiagnosticMXBean flags =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    if (flags == null) {
      return otherwise;
    }
    try {
      return flags.getVMOption(name).getValue();
    } catch (IllegalArgumentException absent) {
      return otherwise; // flags come and go between builds of the virtual machine
    }
  }
}
