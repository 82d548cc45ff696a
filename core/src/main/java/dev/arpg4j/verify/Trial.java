package dev.arpg4j.verify;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.OneShot;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Scope;
import java.util.Arrays;
import java.util.stream.IntStream;

/** A subject and a case together: the ways to run them that the properties share. */
final class Trial {
  private final Subject subject;
  private final Case drawn;
  private final Backend backend;
  private final Arpg model;
  private final Tolerance tolerance;

  Trial(Subject subject, Case drawn) {
    this.subject = subject;
    this.drawn = drawn;
    this.backend = subject.backend(drawn);
    this.model = Arpg.load(backend, drawn.config(), drawn.model().weights(), DType.F32);
    this.tolerance = Tolerance.of(backend, drawn.config());
  }

  Subject subject() {
    return subject;
  }

  Case drawn() {
    return drawn;
  }

  ArpgConfig config() {
    return drawn.config();
  }

  Backend backend() {
    return backend;
  }

  Arpg model() {
    return model;
  }

  Tolerance tolerance() {
    return tolerance;
  }

  /** The cells of the first image in decoding order. */
  int[] order() {
    return drawn.orders()[0];
  }

  /** Numbers of the case's seed for a property of its own. */
  Numbers numbers() {
    return new Numbers(drawn.seed(), -1);
  }

  /** The first image, fed and queried by hand. */
  Session session(Pass1Mask mask) {
    return session(mask, config().grid());
  }

  /** The first image, fed and queried by hand, with the positions of another grid. */
  Session session(Pass1Mask mask, TokenGrid grid) {
    return new Session(this, subject.pass1(mask), grid);
  }

  Decoder decoder(Pass1Mask mask, Guidance guidance) {
    return new Decoder(model, drawn.settings(subject, mask, guidance));
  }

  /** Guided logits [I, N', V] of the loop along the case's plan. */
  double[] loop(Pass1Mask mask, Guidance guidance, int[][] tokens) {
    return loop(mask, guidance, tokens, drawn.plan());
  }

  /** Guided logits [I, N', V] of the loop along a plan. */
  double[] loop(Pass1Mask mask, Guidance guidance, int[][] tokens, Plan plan) {
    DecodeBatch batch = drawn.batch(0, drawn.images(), tokens);
    return replay(decoder(mask, guidance), batch, plan, tokens).logits();
  }

  /** A replay's logits and ids. */
  Transcript replay(Decoder decoder, DecodeBatch batch, Plan plan, int[][] tokens) {
    Transcript transcript = new Transcript(batch.images(), plan.cells(), config().vocabulary());
    transcript.end(subject.replay(decoder, batch, plan, tokens, transcript));
    return transcript;
  }

  /** A sampled decode's logits and ids. */
  Transcript decode(Decoder decoder, DecodeBatch batch) {
    Transcript transcript = new Transcript(batch.images(), drawn.targets(), config().vocabulary());
    transcript.end(subject.decode(decoder, batch, transcript));
    return transcript;
  }

  /** Logits [I, N', V] of the one-shot forward, conditional. */
  double[] oneShot(Pass1Mask mask, int[][] tokens, Plan plan) {
    return oneShot(mask, path(classIds(), tokens, plan));
  }

  /** Logits [I, N', V] of the one-shot forward, with the given ids of the class token. */
  double[] oneShot(Pass1Mask mask, int[] classIds) {
    return oneShot(mask, path(classIds, drawn.tokens(), drawn.plan()));
  }

  /** Logits [I, N', V] of the one-shot forward with the class label dropped. */
  double[] unconditional(Pass1Mask mask, int[][] tokens, Plan plan) {
    int[] ids = new int[drawn.images()];
    Arrays.fill(ids, config().nullClassId());
    return oneShot(mask, path(ids, tokens, plan));
  }

  private double[] oneShot(Pass1Mask mask, OneShot.Path path) {
    try (Scope scope = backend.scope()) {
      return oneShot(mask).logits(path).toDoubles();
    }
  }

  OneShot oneShot(Pass1Mask mask) {
    return new OneShot(model, subject.pass1(mask));
  }

  OneShot.Path path(int[] classIds, int[][] tokens, Plan plan) {
    return new OneShot.Path(classIds, tokens, drawn.orders(), plan, drawn.known());
  }

  int[] classIds() {
    return IntStream.of(drawn.classes()).map(config()::classId).toArray();
  }
}
