package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.List;

/**
 * A block of BERT, normalized after each addition (Devlin et al., 2019; VARIANTS.md 4.3): {@code a
 * = norm(x + attention(x))}, {@code y = norm(a + mlp(a))}.
 *
 * @param qkv the maps to queries, keys and values
 */
record PostNormBlock(
    int layer,
    List<Linear> qkv,
    Linear output,
    LayerNorm attentionNorm,
    GeluMlp mlp,
    LayerNorm mlpNorm) {

  /** Loads the parameters of {@link BertConfig#parameters}. */
  static PostNormBlock load(WeightLoader loader, int layer, double epsilon) {
    String name = "layers." + layer;
    List<String> names = BertConfig.QKV.stream().map(map -> name + ".attention." + map).toList();
    List<Weight> maps =
        loader.maps(names.stream().map(map -> map + ".weight").toArray(String[]::new));
    List<Linear> qkv = new ArrayList<>();
    for (int i = 0; i < maps.size(); i++) {
      qkv.add(new Linear(maps.get(i), loader.vector(names.get(i) + ".bias")));
    }
    return new PostNormBlock(
        layer,
        qkv,
        Linear.load(loader, name + ".attention.output"),
        LayerNorm.load(loader, name + ".attention_norm", epsilon),
        new GeluMlp(
            Linear.load(loader, name + ".mlp.up"), Linear.load(loader, name + ".mlp.down"), true),
        LayerNorm.load(loader, name + ".mlp_norm", epsilon));
  }

  /** x [B, n, D] to [B, n, D]; writes the rows' keys and values first. */
  Tensor forward(Ops ops, Tensor x, Tensor visibleEnd, KvMemory memory) {
    ops.section("layer " + layer);
    List<Tensor> each = Linear.each(ops, x, qkv); // [B, n, D] each
    memory.write(layer, each.get(1), each.get(2), null);
    Tensor read = memory.read(layer, each.get(0), null, visibleEnd);
    Tensor attended = ops.regularized(output.forward(ops, read));
    Tensor a = attentionNorm.forward(ops, ops.add(x, attended));
    return mlpNorm.forward(ops, ops.add(a, ops.regularized(mlp.forward(ops, a))));
  }
}
