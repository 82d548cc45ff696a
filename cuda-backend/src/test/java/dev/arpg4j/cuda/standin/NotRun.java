package dev.arpg4j.cuda.standin;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Says at the end of a room's tests how many were not run, and why: Surefire prints their number
 * and keeps the reason to its reports. JUnit finds it in every room that has the stand-ins.
 */
public final class NotRun implements TestExecutionListener {
  private final Map<String, Integer> counts = new TreeMap<>();
  private TestPlan plan;

  @Override
  public void testPlanExecutionStarted(TestPlan started) {
    plan = started;
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
      note(
          tests(test),
          result.getThrowable().map(Throwable::getMessage).orElse("aborted without a reason"));
    }
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    note(tests(test), reason);
  }

  /** A class that gives up before its tests takes all of them with it. */
  private int tests(TestIdentifier test) {
    long below = plan.getDescendants(test).stream().filter(TestIdentifier::isTest).count();
    return (int) Math.max(1, below);
  }

  void note(int tests, String reason) {
    counts.merge(reason.replaceFirst("^Assumption failed: ", ""), tests, Integer::sum);
  }

  /** A line for each reason. */
  List<String> lines() {
    return counts.entrySet().stream()
        .map(
            each ->
                "[%d tests] %s"
                    .formatted(
                        each.getValue(),
                        each.getKey().startsWith("not run: ")
                            ? each.getKey()
                            : "not run: " + each.getKey()))
        .toList();
  }

  @Override
  public void testPlanExecutionFinished(TestPlan finished) {
    lines().forEach(System.out::println);
  }
}
