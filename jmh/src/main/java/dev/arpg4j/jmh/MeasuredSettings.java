package dev.arpg4j.jmh;

import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the measured backend is started: handed by the command line to the JVMs that measure, which
 * JMH starts, as system properties. Whoever runs a benchmark without them gets the backend's own.
 */
final class MeasuredSettings {
  private static final String COMPUTE = "arpg4j.jmh.compute";
  private static final String DEVICE = "arpg4j.jmh.device";
  private static final String LIBRARIES = "arpg4j.jmh.libraries";

  private MeasuredSettings() {}

  /** JVM flags that say it; none for what is the backend's own. */
  static List<String> flags(Settings settings) {
    List<String> flags = new ArrayList<>();
    if (settings.computeType() != null) {
      flags.add("-D" + COMPUTE + "=" + settings.computeType());
    }
    if (settings.device() != 0) {
      flags.add("-D" + DEVICE + "=" + settings.device());
    }
    if (!settings.libraries().isEmpty()) {
      flags.add(
          "-D"
              + LIBRARIES
              + "="
              + settings.libraries().stream()
                  .map(folder -> folder.toAbsolutePath().toString())
                  .collect(Collectors.joining(File.pathSeparator)));
    }
    return flags;
  }

  /** All cores that this JVM may use, and what its flags say. */
  static Settings ofThisJvm() {
    String compute = System.getProperty(COMPUTE);
    String libraries = System.getProperty(LIBRARIES, "");
    List<Path> folders =
        Stream.of(libraries.split(File.pathSeparator))
            .filter(folder -> !folder.isEmpty())
            .map(Path::of)
            .toList();
    return Settings.allCores()
        .withComputeType(compute == null ? null : DType.valueOf(compute))
        .withDevice(Objects.requireNonNull(Integer.getInteger(DEVICE, 0)))
        .withLibraries(folders);
  }
}
