package dev.arpg4j.tensor.interpret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Routine;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ForwardingOpsTest {
  /** Everything one can say to a backend, default methods and overloads too. */
  static Stream<Method> methods() {
    return Arrays.stream(Backend.class.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void isOverridden(Method method) throws NoSuchMethodException {
    Class<?> declaring =
        ForwardingOps.class
            .getMethod(method.getName(), method.getParameterTypes())
            .getDeclaringClass();

    assertThat(declaring.isInterface()).as("%s answers %s", declaring, method).isFalse();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void arrivesWithTheSameArguments(Method method) throws ReflectiveOperationException {
    if (method.getReturnType() == Routine.class) {
      return; // said here each time: see saysARoutineItself
    }
    Recorder recorder = new Recorder();
    Object[] arguments = Recorder.argumentsFor(method);

    Object result = method.invoke(new Plain(recorder.backend()), arguments);

    if (method.getName().equals("regularized")) {
      // Asked first whether anyone drops; the recorder's first answer is yes.
      assertThat(recorder.methods.removeFirst().getName()).isEqualTo("regularizes");
      recorder.arguments.removeFirst();
      recorder.results.removeFirst();
    }
    assertThat(recorder.methods).containsExactly(method);
    assertThat(recorder.arguments.getFirst()).containsExactly(arguments);
    assertThat(result).isEqualTo(recorder.results.getFirst());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void everyOpGoesThroughSay(Method method) throws ReflectiveOperationException {
    List<Call> calls = new ArrayList<>();
    ForwardingOps listening =
        new ForwardingOps(new Recorder().backend()) {
          @Override
          protected List<Tensor> say(Call call) {
            calls.add(call);
            return super.say(call);
          }
        };
    Object[] arguments =
        method.getReturnType() == Routine.class
            ? new Object[] {(Supplier<String>) () -> "never said"}
            : Recorder.argumentsFor(method);

    method.invoke(listening, arguments);

    boolean op = method.getDeclaringClass() != Backend.class && !method.getName().equals("section");
    if (op) {
      assertThat(calls).extracting(Call::op).containsExactly(method.getName());
      assertThat(calls.getFirst().operands()).containsExactlyElementsOf(flattened(arguments));
    } else {
      assertThat(calls).isEmpty();
    }
  }

  /** A backend that knew the work by heart would leave a wrapper nothing to hear. */
  @Test
  void saysARoutineItself() {
    Recorder recorder = new Recorder();
    Backend listening = new Plain(recorder.backend());
    Tensor x = listening.ints(Shape.of(1), 7);

    try (Routine<Tensor> routine = listening.routine(() -> listening.silu(x))) {
      assertThat(List.of(routine.run(), routine.run()))
          .containsExactlyElementsOf(
              recorder.results.subList(1, 3).stream().map(Tensor.class::cast).toList());
    }
    assertThat(recorder.methods)
        .extracting(Method::getName)
        .containsExactly("ints", "silu", "silu");
  }

  @Test
  void remembersTheSectionOfEachThread() throws InterruptedException {
    ForwardingOps ops = new Plain(new Recorder().backend());
    List<String> elsewhere = new ArrayList<>();
    ops.section("pass 1");

    Thread other = new Thread(() -> elsewhere.add(ops.section()));
    other.start();
    other.join();

    assertThat(ops.section()).isEqualTo("pass 1");
    assertThat(elsewhere).containsExactly("");
  }

  /** A place where nobody drops is no op. */
  @Test
  void saysNothingOfAPlaceWhereNobodyDrops() {
    Recorder recorder = new Recorder();
    Backend listening = new Plain(recorder.backend());
    Tensor x = listening.ints(Shape.of(1), 7);
    recorder.methods.clear();

    assertThat(listening.regularized(x)).isSameAs(x);
    assertThat(recorder.methods).extracting(Method::getName).containsExactly("regularizes");
  }

  private static List<Object> flattened(Object[] arguments) {
    List<Object> flat = new ArrayList<>();
    for (Object argument : arguments) {
      if (argument instanceof Tensor[] parts) {
        flat.addAll(List.of(parts));
      } else if (argument instanceof List<?> parts) {
        flat.addAll(parts);
      } else {
        flat.add(argument);
      }
    }
    return flat;
  }

  private static final class Plain extends ForwardingOps {
    Plain(Backend delegate) {
      super(delegate);
    }
  }
}
