package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.variant.Variant;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The system that the page adds from outside of the tree: compiled as it stands there, registered,
 * and run in a JVM of its own, whose class path alone has it. What it is trained to, the next
 * command reads: commands run in the page's order, in one folder.
 */
class AddAVariantPageTest {
  private static final String PAGE = "docs/add-a-variant.md";

  @TempDir static Path folder;

  @BeforeAll
  static void compiles() throws IOException {
    Page.OwnFile source =
        Page.read(PAGE).blocks().stream()
            .filter(Page.OwnFile.class::isInstance)
            .map(Page.OwnFile.class::cast)
            .findFirst()
            .orElseThrow();
    Path file = Files.writeString(folder.resolve(source.name()), source.text());
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                said,
                null,
                null,
                List.of("-proc:none", "-cp", classPath(), "-d", folder.toString()),
                null,
                compiler.getStandardFileManager(null, null, null).getJavaFileObjects(file))
            .call();
    assertThat(compiled).as(said.toString()).isTrue();
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    String packageName =
        source.text().lines().findFirst().orElseThrow().replaceAll("^package |;", "");
    Files.writeString(
        services.resolve(Variant.class.getName()),
        packageName + "." + source.name().replace(".java", "\n"));
  }

  static Stream<Page.Session> sessions() throws IOException {
    return Page.read(PAGE).blocks().stream()
        .dropWhile(block -> !(block instanceof Page.OwnFile))
        .filter(Page.Session.class::isInstance)
        .map(Page.Session.class::cast);
  }

  @ParameterizedTest
  @MethodSource("sessions")
  void everyCommandPrintsWhatIsShown(Page.Session session)
      throws IOException, InterruptedException {
    assertThat(Page.Session.unmeasured(run(session.words()))).matches(session.pattern());
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }

  private static String run(String... arguments) throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "-Dstdout.encoding=UTF-8",
            "-cp",
            classPath() + File.pathSeparator + folder,
            Main.class.getName()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor()).as(Files.readString(err)).isZero();
      return Files.readString(out, StandardCharsets.UTF_8);
    } finally {
      process.destroyForcibly();
    }
  }
}
