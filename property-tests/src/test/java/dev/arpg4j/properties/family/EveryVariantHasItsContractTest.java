package dev.arpg4j.properties.family;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.Variant;
import dev.arpg4j.verify.contract.Clause;
import dev.arpg4j.verify.contract.Clauses;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A variant whose contract nothing tries would promise what nobody knows. */
@Tag("any-width")
class EveryVariantHasItsContractTest {
  @Test
  void everyRegisteredVariantIsTriedOnce() throws ReflectiveOperationException {
    List<String> tried = new ArrayList<>();
    for (JavaClass type : new ClassFileImporter().importPackagesOf(VariantContract.class)) {
      if (type.isAssignableTo(VariantContract.class)
          && !type.isEquivalentTo(VariantContract.class)) {
        Constructor<?> contract = type.reflect().getDeclaredConstructor();
        VariantContract opened = (VariantContract) contract.newInstance();
        tried.add(opened.variant().name());
        opened.close();
      }
    }
    assertThat(tried)
        .containsExactlyInAnyOrderElementsOf(Family.all().stream().map(Variant::name).toList());
  }

  @Test
  void everyContractSpeaksOfEveryPropertyAndOfNoOther() {
    List<String> ids = Clauses.claimed().stream().map(Clause::id).toList();
    assertThat(Family.all())
        .allSatisfy(
            variant ->
                assertThat(variant.contract().entries().keySet())
                    .as(variant.title())
                    .containsExactlyInAnyOrderElementsOf(ids));
  }
}
