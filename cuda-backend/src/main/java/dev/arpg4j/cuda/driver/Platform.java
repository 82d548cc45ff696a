package dev.arpg4j.cuda.driver;

import java.util.Locale;

/**
 * The system and processor that this runs on, as JavaCPP's artifacts name them.
 *
 * @param name for instance {@code linux-x86_64}
 */
record Platform(String name) {
  static Platform current() {
    return of(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  static Platform of(String system, String processor) {
    String os = system.toLowerCase(Locale.ROOT).replaceAll("\\s.*", "");
    String arch =
        switch (processor) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm64";
          default -> processor;
        };
    return new Platform(os + "-" + arch);
  }

  /** Whether CUDA's libraries go by the names that are looked for here. */
  boolean supported() {
    return name.startsWith("linux-");
  }

  /** Whether the class path holds JavaCPP's native code for it. */
  boolean hasNativeCode() {
    return has("org/bytedeco/javacpp/" + name + "/libjnijavacpp.so")
        && has("org/bytedeco/cuda/" + name + "/libjnicudart.so");
  }

  private static boolean has(String resource) {
    return Platform.class.getClassLoader().getResource(resource) != null;
  }
}
