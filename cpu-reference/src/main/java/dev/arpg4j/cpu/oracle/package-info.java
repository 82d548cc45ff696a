/**
 * The living definition: every op in float64 and plain loops, readable beside its formula.
 *
 * <p>Start at {@link dev.arpg4j.cpu.oracle.OracleBackend}, which checks operands; {@link
 * dev.arpg4j.cpu.oracle.OracleMemory} owns the memory. The arithmetic stands in pure functions over
 * arrays, one class a theme: {@link dev.arpg4j.cpu.oracle.OracleProducts}, {@link
 * dev.arpg4j.cpu.oracle.OracleRows}, {@link dev.arpg4j.cpu.oracle.OracleMaps}, {@link
 * dev.arpg4j.cpu.oracle.OracleAttention}, {@link dev.arpg4j.cpu.oracle.OracleReductions}, {@link
 * dev.arpg4j.cpu.oracle.OracleSampler}, {@link dev.arpg4j.cpu.oracle.OracleMasking}, {@link
 * dev.arpg4j.cpu.oracle.OracleImages}, {@link dev.arpg4j.cpu.oracle.OracleResizing}. Fused ops are
 * not overridden: their default bodies in {@link dev.arpg4j.tensor.Ops} run. One thread, no
 * blocking, no reordering. Tests in {@code cpu-reference/src/test/java/dev/arpg4j/cpu/oracle}.
 */
@NullMarked
package dev.arpg4j.cpu.oracle;

import org.jspecify.annotations.NullMarked;
