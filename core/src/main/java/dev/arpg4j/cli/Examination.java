package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Sampling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One of the things {@code doctor} looks at. */
@FunctionalInterface
interface Examination {
  /**
   * All of them, in the order in which one problem explains the next.
   *
   * @param settings of the backends
   */
  static List<Examination> all(BackendProvider.Settings settings) {
    return List.of(
        Examination::jdk,
        Examination::vectorModule,
        Examination::compiler,
        Examination::processor,
        Examination::memory,
        Examination::hugePages,
        Examination::temporaryFolder,
        () -> backends(settings),
        Examination::trial);
  }

  /** Looks, without changing anything. */
  List<Finding> examine();

  private static List<Finding> jdk() {
    Runtime.Version version = Runtime.version();
    String found = Machine.jdk() + " in " + System.getProperty("java.home");
    boolean fits =
        version.feature() == 25 && version.compareToIgnoreOptional(oldestThatFits()) >= 0;
    return List.of(
        fits
            ? Finding.good("JDK", found)
            : Finding.broken(
                "JDK",
                found + "; needed is 25.0.3 or a later 25.x",
                "install a JDK 25 and point ARPG4J_JAVA_HOME to its folder"));
  }

  /** Earlier ones may move a pinned heap array under native code (JDK-8377811). */
  private static Runtime.Version oldestThatFits() {
    return Runtime.Version.parse("25.0.3");
  }

  private static List<Finding> vectorModule() {
    String module = "jdk.incubator.vector";
    return List.of(
        ModuleLayer.boot().findModule(module).isPresent()
            ? Finding.good("Vector API", "module " + module + " is loaded")
            : Finding.broken(
                "Vector API",
                "module " + module + " is not loaded",
                "start by ./arpg, or add --add-modules=" + module + " to the JVM's flags"));
  }

  private static List<Finding> compiler() {
    String mode = System.getProperty("java.vm.info", "");
    return List.of(
        mode.contains("mixed mode")
            ? Finding.good("compiler", mode)
            : Finding.slow(
                "compiler",
                "the JVM runs in " + mode,
                "take -Xint and the like out of ARPG4J_JAVA_OPTS and JAVA_TOOL_OPTIONS"));
  }

  private static List<Finding> processor() {
    return List.of(
        Finding.good(
            "processor",
            "%s, %d cores for this process"
                .formatted(Machine.processor(), Runtime.getRuntime().availableProcessors())));
  }

  private static List<Finding> memory() {
    long needed = 256;
    long heap = Machine.heapLimitMebibytes();
    String found =
        "heap of at most %d MiB%s"
            .formatted(
                heap,
                Machine.physicalMebibytes()
                    .map(total -> " of the " + total + " MiB this process may use")
                    .orElse(""));
    return List.of(
        heap >= needed
            ? Finding.good("memory", found)
            : Finding.broken(
                "memory",
                found + "; the embedded model wants " + needed,
                "set ARPG4J_JAVA_OPTS=-Xmx" + needed + "m, or give the container more"));
  }

  private static List<Finding> hugePages() {
    Path setting = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
    if (!Files.isReadable(setting)) {
      return List.of(Finding.absent("huge pages", "no setting of this system is known"));
    }
    String modes = read(setting);
    boolean asked = Machine.jvmFlags().contains("-XX:+UseTransparentHugePages");
    if (modes.contains("[never]")) {
      return List.of(
          Finding.slow(
              "huge pages", "switched off (" + modes + ")", "echo madvise | sudo tee " + setting));
    }
    return List.of(
        asked
            ? Finding.good("huge pages", modes + ", and the JVM uses them")
            : Finding.slow(
                "huge pages",
                modes + ", but the JVM was not told to use them",
                "start by ./arpg, or add -XX:+UseTransparentHugePages to the JVM's flags"));
  }

  private static List<Finding> temporaryFolder() {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    return List.of(
        Files.isDirectory(folder) && Files.isWritable(folder)
            ? Finding.good("temporary", folder + " can be written")
            : Finding.broken(
                "temporary",
                folder + " cannot be written, and the embedded model is unpacked there",
                "set ARPG4J_JAVA_OPTS=-Djava.io.tmpdir=FOLDER"));
  }

  /** A backend says itself what it looked for, how wide its vectors are and what slows it. */
  private static List<Finding> backends(BackendProvider.Settings settings) {
    return BackendProvider.all().stream()
        .flatMap(provider -> backend(provider, settings).stream())
        .toList();
  }

  /** The backend, then the parts that it is made of. */
  static List<Finding> backend(BackendProvider provider, BackendProvider.Settings settings) {
    BackendProvider.Availability availability = availability(provider, settings);
    List<Finding> findings = new ArrayList<>();
    findings.add(
        availability.available()
            ? Finding.good(provider.name(), availability.detail())
            : Finding.absent(provider.name(), availability.detail(), "use --backend cpu"));
    for (BackendProvider.Finding part : availability.findings()) {
      findings.add(of(part));
    }
    return findings;
  }

  /** The environment may name a folder that is not there: that is a finding like any other. */
  private static BackendProvider.Availability availability(
      BackendProvider provider, BackendProvider.Settings settings) {
    try {
      return provider.availability(settings);
    } catch (InvalidInputException e) {
      return new BackendProvider.Availability(false, String.valueOf(e.getMessage()));
    }
  }

  private static Finding of(BackendProvider.Finding part) {
    Optional<String> fix = Optional.of(part.remedy()).filter(remedy -> !remedy.isEmpty());
    Finding.Verdict verdict =
        switch (part.state()) {
          case FOUND -> Finding.Verdict.GOOD;
          case MISSING -> Finding.Verdict.ABSENT;
          case SLOW -> Finding.Verdict.SLOW;
        };
    return new Finding(verdict, "  " + part.name(), part.detail(), fix);
  }

  /** The proof of all the rest: two steps of one image. */
  private static List<Finding> trial() {
    long start = System.nanoTime();
    try (Backend backend = new BackendOptions().choose().open()) {
      Checkpoint checkpoint = EmbeddedModel.checkpoint();
      Arpg model = Arpg.load(backend, checkpoint.config(), checkpoint.weights(), DType.F32);
      DecodeSettings settings =
          new DecodeSettings(
              2,
              StepSchedule.COSINE,
              Guidance.NONE,
              Sampling.GREEDY,
              GenerationOrder.IMAGE,
              Pass1Mask.STRICT,
              0);
      DecodeRun.of(new Decoder(model, settings), 0, new int[] {0}, 1);
      return List.of(
          Finding.good(
              "trial",
              String.format(
                  Locale.ROOT,
                  "an image in two steps on %s (%s), %.2f s with loading",
                  backend.name(),
                  backend.device(),
                  (System.nanoTime() - start) / 1e9)));
    } catch (InvalidInputException e) {
      return List.of(
          Finding.broken(
              "trial", Optional.ofNullable(e.getMessage()).orElse(""), "mend what is named above"));
    } catch (UncheckedIOException e) {
      return List.of(
          Finding.broken(
              "trial",
              Failures.inputOutput(e),
              "make room for temporary files, or set ARPG4J_JAVA_OPTS=-Djava.io.tmpdir=FOLDER"));
    } catch (OutOfMemoryError e) {
      return List.of(
          Finding.broken(
              "trial", "the heap is too small", "set ARPG4J_JAVA_OPTS=-Xmx512m or more"));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }
}
