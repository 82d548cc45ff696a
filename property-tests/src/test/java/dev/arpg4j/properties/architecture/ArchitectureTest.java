package dev.arpg4j.properties.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;

/**
 * The arrows between the rooms: {@code jmh, property-tests -> core -> tensor <- cpu-reference,
 * cuda-backend}, and what no room may use. Product code only; tests may look into any room.
 */
@ArchTag("any-width")
@AnalyzeClasses(packages = "dev.arpg4j", importOptions = ArchitectureTest.ProductCode.class)
final class ArchitectureTest {
  /** Leaves out test classes, whichever folder or jar the build puts them in. */
  static final class ProductCode implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }
  }

  private static final String[] CPU = {"dev.arpg4j.cpu.."};
  private static final String[] CUDA = {"dev.arpg4j.cuda.."};

  /** Everything of ours that is in none of the other rooms. */
  private static final DescribedPredicate<JavaClass> CORE =
      resideInAPackage("dev.arpg4j..")
          .and(
              not(
                  resideInAnyPackage(
                      "dev.arpg4j.tensor..",
                      "dev.arpg4j.cpu..",
                      "dev.arpg4j.cuda..",
                      "dev.arpg4j.jmh..",
                      "dev.arpg4j.properties..")))
          .as("core");

  @ArchTest
  static final ArchRule TENSOR_STANDS_ALONE =
      classes()
          .that()
          .resideInAPackage("dev.arpg4j.tensor..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.arpg4j.tensor..", "java..", "org.jspecify..", "tools.jackson.core..")
          .because("every other room stands on tensor");

  @ArchTest
  static final ArchRule CPU_SEES_ONLY_TENSOR =
      classes()
          .that()
          .resideInAnyPackage(CPU)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.arpg4j.cpu..",
              "dev.arpg4j.tensor..",
              "java..",
              // The JVM's own flags, which say why SIMD is off.
              "com.sun.management..",
              "jdk.incubator.vector..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule CUDA_SEES_ONLY_TENSOR =
      classes()
          .that()
          .resideInAnyPackage(CUDA)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.arpg4j.cuda..",
              "dev.arpg4j.tensor..",
              "java..",
              "org.bytedeco..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule CORE_MEETS_BACKENDS_AT_RUN_TIME_ONLY =
      noClasses()
          .that(CORE)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.arpg4j.cpu..", "dev.arpg4j.cuda..", "dev.arpg4j.jmh.."))
          .because("a backend is found by ServiceLoader, so that a user's own can take its place");

  @ArchTest
  static final ArchRule ONLY_CUDA_CALLS_NATIVE_CODE =
      noClasses()
          .that()
          .resideOutsideOfPackages(CUDA)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.lang.foreign.Linker");

  @ArchTest
  static final ArchRule ONLY_CPU_USES_THE_VECTOR_API =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.arpg4j.cpu..", "dev.arpg4j.jmh..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jdk.incubator.vector..");

  @ArchTest
  static final ArchRule RANDOMNESS_COMES_FROM_PHILOX =
      noClasses()
          .should()
          .dependOnClassesThat()
          .areAssignableTo(Random.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(SplittableRandom.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(RandomGenerator.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(ThreadLocalRandom.class)
          .orShould()
          .callMethod(Math.class, "random")
          .orShould()
          .callMethod(StrictMath.class, "random")
          .because("an image must not depend on batch, shard, thread count or company");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.arpg4j.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule EVERY_PACKAGE_HAS_A_MAP =
      classes()
          .that(not(describe("are package-info", ArchitectureTest::isPackageInfo)))
          .and(not(resideInAPackage("..jmh_generated..")))
          .should(resideInAMappedPackage());

  private static boolean isPackageInfo(JavaClass type) {
    return type.getSimpleName().equals("package-info");
  }

  private static ArchCondition<JavaClass> resideInAMappedPackage() {
    return new ArchCondition<>("reside in a package with a @NullMarked package-info.java") {
      private final TreeMap<String, Boolean> seen = new TreeMap<>();

      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean mapped =
            seen.computeIfAbsent(
                type.getPackageName(),
                name ->
                    type.getPackage()
                        .tryGetPackageInfo()
                        .map(info -> info.isAnnotatedWith(NullMarked.class))
                        .orElse(false));
        events.add(
            new SimpleConditionEvent(
                type, mapped, type.getPackageName() + " has no @NullMarked package-info.java"));
      }
    };
  }
}
