package dev.arpg4j.tensor.tape;

import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.interpret.Call;
import java.util.List;

/**
 * A call that a tape passed on.
 *
 * @param section what the caller had given to {@link dev.arpg4j.tensor.Ops#section}
 * @param results the backend's
 * @param differentiable whether the results depend on a weight
 */
record Said(Call call, String section, List<Tensor> results, boolean differentiable)
    implements Entry {}
