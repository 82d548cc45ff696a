package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A backend that writes down what arrives and answers with values never seen before. */
final class Recorder {
  final List<Method> methods = new ArrayList<>();
  final List<Object[]> arguments = new ArrayList<>();
  final List<Object> results = new ArrayList<>();
  private int fresh = 1000;

  Backend backend() {
    return (Backend)
        Proxy.newProxyInstance(
            Backend.class.getClassLoader(),
            new Class<?>[] {Backend.class},
            (proxy, method, given) -> {
              methods.add(method);
              arguments.add(given == null ? new Object[0] : given);
              results.add(value(method.getGenericReturnType(), fresh++));
              return results.getLast();
            });
  }

  /** Arguments that differ from each other, in the order of the parameters. */
  static Object[] argumentsFor(Method method) {
    Parameter[] parameters = method.getParameters();
    Object[] values = new Object[parameters.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(parameters[i].getParameterizedType(), i + 1);
    }
    return values;
  }

  private static Object value(Type type, int number) {
    if (type instanceof ParameterizedType generic) {
      Object one = value(generic.getActualTypeArguments()[0], number);
      return generic.getRawType() == List.class ? List.of(one) : Optional.of(one);
    }
    return value((Class<?>) type, number);
  }

  private static Object value(Class<?> type, int number) {
    if (type == void.class) {
      return null;
    }
    if (type == int.class) {
      return number;
    }
    if (type == long.class) {
      return (long) number;
    }
    if (type == double.class) {
      return (double) number;
    }
    if (type == boolean.class) {
      return number % 4 == 0;
    }
    if (type == String.class) {
      return "text " + number;
    }
    if (type == Shape.class) {
      return Shape.of(number);
    }
    if (type == Sampling.class) {
      return new Sampling(number, 0, 1);
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[number % type.getEnumConstants().length];
    }
    if (type.isArray()) {
      Object array = Array.newInstance(type.getComponentType(), 2);
      Array.set(array, 0, value(type.getComponentType(), 10 * number));
      Array.set(array, 1, value(type.getComponentType(), 10 * number + 1));
      return array;
    }
    return type.isRecord() ? ofComponents(type, number) : stub(type, number);
  }

  /** A record of values that differ from each other. */
  private static Object ofComponents(Class<?> type, int number) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      types[i] = components[i].getType();
      values[i] = value(components[i].getGenericType(), number + i);
    }
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static Object stub(Class<?> type, int number) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, given) ->
            switch (method.getName()) {
              case "equals" -> proxy == given[0];
              case "hashCode" -> number;
              case "toString" -> type.getSimpleName() + " " + number;
              default -> throw new AssertionError("an operand was asked for " + method);
            });
  }
}
