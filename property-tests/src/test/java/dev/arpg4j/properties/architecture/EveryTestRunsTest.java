package dev.arpg4j.properties.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Group;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;

/**
 * Finds tests that the build would pass over in silence, staying green.
 *
 * <p>Surefire chooses classes by their name alone, so a class of properties must be called {@code
 * ...Test}. Inside one, only classes that are declared as nested tests run. And a contract that
 * nothing inherits is never tried.
 */
@Tag("any-width")
class EveryTestRunsTest {
  @Test
  void everyClassThatHoldsTestsIsRun() throws Exception {
    JavaClasses classes = testClassesOfAllModules();

    assertThat(classes)
        .as("the classes looked at include this one")
        .anyMatch(type -> type.isEquivalentTo(EveryTestRunsTest.class));
    assertThat(classes)
        .filteredOn(EveryTestRunsTest::holdsTests)
        .filteredOn(type -> !isRun(type))
        .extracting(JavaClass::getName)
        .as("classes that hold tests and that no build runs")
        .isEmpty();
  }

  /** The test classes of all modules, as far as they are built. */
  private static JavaClasses testClassesOfAllModules() throws IOException, URISyntaxException {
    Path own =
        Path.of(
            EveryTestRunsTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path module = Path.of("").toRealPath();
    Path withinModule = module.relativize(own.toRealPath());
    Set<Path> folders = new TreeSet<>();
    try (DirectoryStream<Path> modules = Files.newDirectoryStream(module.resolveSibling("."))) {
      for (Path each : modules) {
        Path folder = each.resolve(withinModule);
        if (Files.isDirectory(folder)) {
          folders.add(folder);
        }
      }
    }
    return new ClassFileImporter().importPaths(folders);
  }

  private static boolean holdsTests(JavaClass type) {
    return type.getAllMethods().stream()
            .anyMatch(method -> method.isMetaAnnotatedWith(Testable.class))
        || type.getAllFields().stream()
            .anyMatch(field -> field.isMetaAnnotatedWith(Testable.class));
  }

  private static boolean isRun(JavaClass type) {
    if (type.getModifiers().contains(JavaModifier.ABSTRACT)) {
      return type.getAllSubclasses().stream().anyMatch(EveryTestRunsTest::isRun);
    }
    return type.getEnclosingClass()
        .map(outer -> isRun(outer) && isNestedTest(type))
        .orElse(type.getSimpleName().endsWith("Test"));
  }

  private static boolean isNestedTest(JavaClass type) {
    return type.isAnnotatedWith(Nested.class) || type.isAnnotatedWith(Group.class);
  }
}
