package dev.strongroom.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.strongroom.program.fixtures.BruteForce;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordSetTest {
  /** Byte by byte what {@link WordSet} does in runs of words. */
  private static BitSet bytes(View view) {
    BitSet bytes = new BitSet();
    BruteForce.eachByte(view, at -> bytes.set((int) at));
    return bytes;
  }

  private static View random(Random random) {
    int rank = random.nextInt(4);
    int[] shape = new int[rank];
    int[] strides = new int[rank];
    for (int i = 0; i < rank; i++) {
      shape[i] = 1 + random.nextInt(6);
      strides[i] = random.nextInt(60);
    }
    ElementType type = ElementType.values()[random.nextInt(ElementType.values().length)];
    long offset = (long) type.bytes() * random.nextInt(20_000);
    return View.of(Space.ARENA, type, offset, shape, strides);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, WordSet.WORD_BYTES})
  void aRandomSequenceOfChangesGivesWhatSingleBytesGive(int word) throws InvalidProgramException {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      WordSet set = new WordSet(new WorkBudget(1L << 40), word);
      BitSet words = new BitSet();
      for (int i = 0; i < 30; i++) {
        View view = random(random);
        BitSet bytes = bytes(view);
        BitSet touched = new BitSet();
        BitSet covered = new BitSet();
        bytes.stream().forEach(at -> touched.set(at / word));
        touched.stream()
            .filter(w -> bytes.nextClearBit(word * w) >= word * w + word)
            .forEach(covered::set);
        switch (random.nextInt(4)) {
          case 0 -> {
            set.add(view);
            // Runs of a small element may cover a word only together with their neighbours.
            if (view.type().bytes() >= word) {
              words.or(covered);
            } else {
              words.or(coveredBySingleRuns(view));
            }
          }
          case 1 -> {
            set.addTouched(view);
            words.or(touched);
          }
          case 2 -> {
            set.removeTouched(view);
            words.andNot(touched);
          }
          default -> {
            long end = view.offset() + random.nextInt(4000);
            set.clear(view.offset(), end);
            words.clear((int) (view.offset() + word - 1) / word, (int) (end + word - 1) / word);
          }
        }
        View asked = random(random);
        BitSet needed = new BitSet();
        bytes(asked).stream().forEach(at -> needed.set(at / word));
        assertThat(set.touches(asked))
            .as("seed %d, change %d: %s", seed, i, asked)
            .isEqualTo(needed.intersects(words));
        needed.andNot(words);
        long missing = set.firstMissing(asked);
        assertThat(missing < 0)
            .as("seed %d, change %d: %s", seed, i, asked)
            .isEqualTo(needed.isEmpty());
        if (missing >= 0) {
          assertThat(needed.get((int) missing / word)).isTrue();
        }
      }
    }
  }

  private static BitSet coveredBySingleRuns(View view) {
    BitSet covered = new BitSet();
    Runs.of(view)
        .all(
            (first, end) -> {
              for (long word = (first + 3) / 4; word < end / 4; word++) {
                covered.set((int) word);
              }
              return true;
            });
    return covered;
  }

  @Test
  void aTensorReadInManyShortRunsTakesWorkInProportion() {
    int pixels = 1 << 16;
    View half = View.of(Space.ARENA, ElementType.F32, 0, new int[] {pixels, 4}, new int[] {8, 1});
    WorkBudget work = new WorkBudget(4L * pixels);
    WordSet set = new WordSet(work, WordSet.WORD_BYTES);
    assertThatCode(
            () -> {
              set.add(half);
              set.add(half.shift(16));
              assertThat(set.firstMissing(half)).isEqualTo(-1);
              assertThat(set.touches(half)).isTrue();
            })
        .doesNotThrowAnyException();
  }
}
