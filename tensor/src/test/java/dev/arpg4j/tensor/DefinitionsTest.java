package dev.arpg4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DefinitionsTest {
  /** What a fused op may be made of. */
  static Stream<Method> primitives() {
    return Arrays.stream(Definitions.class.getDeclaredMethods())
        .filter(method -> !method.isSynthetic() && !Modifier.isPrivate(method.getModifiers()));
  }

  /** A body beside it would let a backend be compiled that lacks it. */
  @ParameterizedTest
  @MethodSource("primitives")
  void everyBackendImplementsAPrimitive(Method method) throws NoSuchMethodException {
    Method said = Ops.class.getMethod(method.getName(), method.getParameterTypes());

    assertThat(Modifier.isAbstract(said.getModifiers())).as("%s has no body", said).isTrue();
  }
}
