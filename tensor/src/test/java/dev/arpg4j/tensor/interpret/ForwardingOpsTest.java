package dev.arpg4j.tensor.interpret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Tensor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

    assertThat(declaring).as("who answers %s", method).isEqualTo(ForwardingOps.class);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void arrivesWithTheSameArguments(Method method) throws ReflectiveOperationException {
    Recorder recorder = new Recorder();
    Object[] arguments = Recorder.argumentsFor(method);

    Object result = method.invoke(new Plain(recorder.backend()), arguments);

    assertThat(recorder.methods).containsExactly(method);
    assertThat(recorder.arguments.getFirst()).containsExactly(arguments);
    assertThat(result).isSameAs(recorder.results.getFirst());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void everyOpWithAResultGoesThroughSay(Method method) throws ReflectiveOperationException {
    List<Call> calls = new ArrayList<>();
    ForwardingOps listening =
        new ForwardingOps(new Recorder().backend()) {
          @Override
          protected Tensor say(Call call) {
            calls.add(call);
            return super.say(call);
          }
        };
    Object[] arguments = Recorder.argumentsFor(method);

    method.invoke(listening, arguments);

    boolean opWithResult =
        method.getDeclaringClass() != Backend.class && method.getReturnType() == Tensor.class;
    if (opWithResult) {
      assertThat(calls).extracting(Call::op).containsExactly(method.getName());
      assertThat(calls.getFirst().operands()).containsExactlyElementsOf(flattened(arguments));
    } else {
      assertThat(calls).isEmpty();
    }
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

  private static List<Object> flattened(Object[] arguments) {
    List<Object> flat = new ArrayList<>();
    for (Object argument : arguments) {
      if (argument instanceof Tensor[] parts) {
        flat.addAll(List.of(parts));
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
