package dev.arpg4j.cpu.oracle;

import dev.arpg4j.cpu.oracle.OracleAttention.Extents;
import dev.arpg4j.cpu.oracle.OracleAttention.Memory;
import dev.arpg4j.cpu.oracle.OracleRows.Block;
import dev.arpg4j.cpu.oracle.OracleRows.Index;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.GradientShapes;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/** What training says beside {@link OracleBackend}, under the same rules. */
abstract class OracleTraining extends OracleMemory {
  static double[] reals(String op, Tensor operand) {
    if (operand.dtype() == DType.I32) {
      throw new IllegalArgumentException(op + ": an operand is I32, expected " + DType.F64);
    }
    return OracleTensor.of(operand).reals();
  }

  static Index index(Tensor operand) {
    return Index.of(OracleTensor.of(operand));
  }

  static double[] values(Weight weight) {
    return OracleWeight.of(weight).values();
  }

  @Override
  public Tensor value(Weight weight) {
    return reals(weight.shape(), values(weight).clone());
  }

  @Override
  public Tensor dropout(Tensor x, double probability, Tensor uniform) {
    Shape shape = GradientShapes.dropout(x, probability, uniform);
    return reals(
        shape,
        OracleGradients.dropout(reals("dropout", x), probability, reals("dropout", uniform)));
  }

  @Override
  public Tensor power(Tensor x, double shift, double exponent) {
    Shape shape = OpShapes.elementwise("power", x);
    return reals(shape, OracleGradients.power(reals("power", x), shift, exponent));
  }

  @Override
  public Tensor siluBackward(Tensor x, Tensor dy) {
    Shape shape = GradientShapes.alike("siluBackward", x, dy);
    return reals(shape, OracleGradients.silu(reals("siluBackward", x), reals("siluBackward", dy)));
  }

  @Override
  public Tensor geluBackward(Tensor x, boolean tanh, Tensor dy) {
    Shape shape = GradientShapes.alike("geluBackward", x, dy);
    double[] in = reals("geluBackward", x);
    double[] slope = reals("geluBackward", dy);
    return reals(
        shape, tanh ? OracleGradients.geluTanh(in, slope) : OracleGradients.gelu(in, slope));
  }

  @Override
  public Tensor sumColumns(Tensor x) {
    Shape shape = GradientShapes.sumColumns(x);
    return reals(shape, OracleGradients.sumColumns(reals("sumColumns", x), shape.dim(0)));
  }

  @Override
  public Tensor scatterAdd(Tensor x, Tensor index, int rows) {
    Shape shape = GradientShapes.scatterAdd(x, index, rows);
    int width = Block.around(shape, 1).inner();
    return reals(
        shape,
        OracleGradients.scatterAdd(
            reals("scatterAdd", x), index(index), shape.dim(0), x.shape().dim(1), rows, width));
  }

  @Override
  public Tensor layerNormBackward(Tensor x, double epsilon, Tensor dy) {
    Shape shape = GradientShapes.layerNormBackward(x, dy);
    return reals(
        shape,
        OracleGradients.layerNorm(
            reals("layerNormBackward", x), shape.dim(-1), epsilon, reals("layerNormBackward", dy)));
  }

  @Override
  public AttentionGradients attentionBackward(
      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor, Tensor dy) {
    String op = "attentionBackward";
    GradientShapes.attentionBackward(q, k, v, visibleEnd, heads, dy);
    Extents rows = Extents.of(OracleTensor.of(q), heads);
    Memory memory = new Memory(reals(op, k), reals(op, v), Extents.of(OracleTensor.of(k), heads));
    OracleGradients.Attention said =
        OracleGradients.attention(
            reals(op, q), rows, memory, index(visibleEnd), factor, reals(op, dy));
    return new AttentionGradients(
        reals(q.shape(), said.dq()), reals(k.shape(), said.dk()), reals(v.shape(), said.dv()));
  }
}
