package dev.arpg4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Buffers are named by strings here, and a tensor is a view of one. */
class ScopeStackTest {
  private final List<String> released = new ArrayList<>();
  private final ScopeStack<String> stack =
      new ScopeStack<>(released::add, tensor -> ((View) tensor).lease());

  /** As much of a tensor as scopes see. */
  private record View(ScopeStack.Lease<String> lease) implements Tensor {
    @Override
    public Shape shape() {
      return Shape.of();
    }

    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public float[] toFloats() {
      return new float[] {lease.buffer().length()};
    }

    @Override
    public double[] toDoubles() {
      return new double[] {lease.buffer().length()};
    }

    @Override
    public int[] toInts() {
      throw new IllegalStateException();
    }
  }

  private View view(String buffer) {
    return new View(stack.own(buffer));
  }

  @Test
  void closingGivesBackWhatTheScopeOwnsOnceEach() {
    Scope outer = stack.open();
    view("a");
    Scope inner = stack.open();
    view("b");
    view("c");
    assertThat(released).isEmpty();
    inner.close();
    assertThat(released).containsExactly("b", "c");
    inner.close();
    outer.close();
    assertThat(released).containsExactly("b", "c", "a");
  }

  @Test
  void withoutScopeTheBufferIsGivenBackAtOnce() {
    assertThatIllegalStateException()
        .isThrownBy(() -> stack.own("a"))
        .withMessage("no scope is open on this thread: try (var scope = backend.scope()) ...");
    assertThat(released).containsExactly("a");
    assertThatIllegalStateException().isThrownBy(stack::requireOpen);
    try (Scope scope = stack.open()) {
      assertThatCode(stack::requireOpen).doesNotThrowAnyException();
    }
    assertThatIllegalStateException().isThrownBy(stack::requireOpen);
  }

  @Test
  void keepingAViewKeepsTheBufferAndItsOtherViews() {
    try (Scope outer = stack.open()) {
      View whole;
      View part;
      try (Scope inner = stack.open()) {
        whole = view("a");
        part = new View(whole.lease());
        assertThat(inner.keep(part)).isSameAs(part);
        inner.keep(whole);
      }
      assertThat(released).isEmpty();
      assertThat(whole.toDoubles()).containsExactly(1);
      assertThat(part.toDoubles()).containsExactly(1);
    }
    assertThat(released).containsExactly("a");
  }

  @Test
  void keepClimbsOneScopeATime() {
    Scope first = stack.open();
    Scope second = stack.open();
    Scope third = stack.open();
    View view = view("a");
    third.keep(view);
    third.close();
    second.keep(view);
    second.close();
    assertThat(released).isEmpty();
    first.close();
    assertThat(released).containsExactly("a");
  }

  @Test
  void aTensorOfAnOuterScopeStaysWhereItIs() {
    Scope first = stack.open();
    View view = view("a");
    Scope second = stack.open();
    Scope third = stack.open();
    third.keep(view);
    third.close();
    second.close();
    assertThat(released).isEmpty();
    first.close();
    assertThat(released).containsExactly("a");
  }

  @Test
  void anOuterScopeKeepsATensorOfAnInnerOneAboveItself() {
    Scope first = stack.open();
    Scope second = stack.open();
    Scope third = stack.open();
    View view = view("a");
    second.keep(view);
    third.close();
    second.close();
    assertThat(view.toDoubles()).containsExactly(1);
    first.close();
    assertThatIllegalStateException().isThrownBy(view::toDoubles);
  }

  @Test
  void theOutermostScopeCannotKeep() {
    try (Scope scope = stack.open()) {
      View view = view("a");
      assertThatIllegalStateException()
          .isThrownBy(() -> scope.keep(view))
          .withMessageContaining("no scope encloses this one");
    }
  }

  @Test
  void aClosedTensorCannotBeKept() {
    try (Scope outer = stack.open();
        Scope middle = stack.open()) {
      View view;
      try (Scope inner = stack.open()) {
        view = view("a");
      }
      assertThatIllegalStateException()
          .isThrownBy(() -> middle.keep(view))
          .withMessageContaining("after its scope was closed");
    }
  }

  @Test
  void scopesCloseInReverseOrder() {
    Scope outer = stack.open();
    Scope inner = stack.open();
    view("a");
    assertThatIllegalStateException()
        .isThrownBy(outer::close)
        .withMessageContaining("reverse order");
    assertThat(released).isEmpty();
    inner.close();
    outer.close();
    assertThat(released).containsExactly("a");
  }

  @Test
  void scopesBelongToTheirThread() {
    Scope outer = stack.open();
    Scope inner = stack.open();
    View view = view("a");
    onAnotherThread(
        () -> {
          assertThatIllegalStateException()
              .isThrownBy(inner::close)
              .withMessageContaining("closed on thread");
          assertThatIllegalStateException()
              .isThrownBy(() -> inner.keep(view))
              .withMessageContaining("kept from thread");
          try (Scope ownOuter = stack.open();
              Scope own = stack.open()) {
            view("b");
            assertThatIllegalStateException()
                .isThrownBy(() -> own.keep(view))
                .withMessageContaining("another thread or backend");
          }
        });
    assertThat(released).containsExactly("b");
    inner.close();
    outer.close();
    assertThat(released).containsExactly("b", "a");
  }

  @Test
  void closingTheStackGivesEverythingBack() {
    Scope outer = stack.open();
    View view = view("a");
    onAnotherThread(
        () -> {
          stack.open();
          view("b");
        });
    stack.close();
    assertThat(released).containsExactlyInAnyOrder("a", "b");
    assertThatIllegalStateException().isThrownBy(view::toDoubles);
    assertThatIllegalStateException()
        .isThrownBy(() -> view("c"))
        .withMessage("the backend is closed");
    assertThatIllegalStateException().isThrownBy(stack::open).withMessage("the backend is closed");
    outer.close();
    assertThat(released).containsExactlyInAnyOrder("a", "b", "c");
  }

  private static void onAnotherThread(Runnable work) {
    CompletableFuture.runAsync(work).join();
  }

  @Test
  void whatIsLeftAsideOutlivesTheScopesAround() {
    ScopeStack.Aside<String, View> aside;
    try (Scope whole = stack.open();
        Scope outer = stack.open()) {
      aside =
          stack.aside(
              () -> {
                view("a");
                try (Scope inner = stack.open()) {
                  view("b");
                  return (View) inner.keep(view("c"));
                }
              });
      assertThat(released).containsExactly("b");
      assertThat(aside.buffers()).containsExactly("a", "c");
      assertThat(outer.keep(aside.result())).isSameAs(aside.result());
      view("d");
    }
    assertThat(released).containsExactly("b", "d");
    assertThat(aside.result().toDoubles()).containsExactly(1);

    CompletableFuture.runAsync(aside::close).join();
    aside.close();
    assertThat(released).containsExactly("b", "d", "a", "c");
    assertThatIllegalStateException().isThrownBy(aside.result()::toDoubles);
  }

  @Test
  void workLeftAsideThatFailsLeavesNothing() {
    try (Scope outer = stack.open()) {
      view("a");
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  stack.aside(
                      () -> {
                        view("b");
                        throw new IllegalStateException("the work");
                      }))
          .withMessage("the work");
      assertThatIllegalStateException()
          .isThrownBy(() -> stack.aside(stack::open))
          .withMessage("a scope was opened and not closed: close what you open");
      assertThat(released).containsExactly("b");
      view("c");
    }
    assertThat(released).containsExactly("b", "a", "c");
  }

  @Test
  void closingTheStackGivesBackWhatIsLeftAside() {
    ScopeStack.Aside<String, View> aside = stack.aside(() -> view("a"));
    stack.close();
    assertThat(released).containsExactly("a");
    aside.close();
    assertThat(released).containsExactly("a");
    assertThatIllegalStateException()
        .isThrownBy(() -> stack.aside(() -> view("b")))
        .withMessage("the backend is closed");
  }
}
