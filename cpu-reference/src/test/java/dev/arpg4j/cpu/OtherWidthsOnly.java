package dev.arpg4j.cpu;

import dev.arpg4j.cpu.kernel.Lanes;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Leaves tests out of the run at the machine's own vector width: the first run, which no width was
 * named for, was at it. The build says which runs are those at named widths.
 */
public final class OtherWidthsOnly implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    boolean again = Boolean.getBoolean("arpg4j.again") && Lanes.bits() == Lanes.machineBits();
    return again
        ? ConditionEvaluationResult.disabled(
            "%d bits are the machine's own width, which the first run was at"
                .formatted(Lanes.bits()))
        : ConditionEvaluationResult.enabled("the first run at this width");
  }
}
