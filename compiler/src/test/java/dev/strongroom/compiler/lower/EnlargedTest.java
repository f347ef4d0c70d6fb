package dev.strongroom.compiler.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strongroom.graph.Node;
import dev.strongroom.graph.Op;
import dev.strongroom.program.Space;
import dev.strongroom.program.fixtures.BruteForce;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EnlargedTest {
  private static Enlarged enlarged(Region x, List<Integer> factors) throws Exception {
    return Enlarged.of(new Node("up", new Op.Upsample(factors), List.of("x"), "y"), x, factors);
  }

  /** A tensor whose dimensions lie in memory in the order {@code perm}. */
  private static Region tensor(int[] perm, int... dims) {
    int[] inMemory = new int[dims.length];
    int[] back = new int[dims.length];
    int bytes = Float.BYTES;
    for (int i = 0; i < dims.length; i++) {
      inMemory[i] = dims[perm[i]];
      back[perm[i]] = i;
      bytes *= dims[i];
    }
    return Region.dense(new Storage.Buffer("x", bytes), inMemory).permute(back);
  }

  private static List<Long> places(Region region) {
    List<Long> places = new ArrayList<>();
    BruteForce.eachByte(
        region.view(Space.ARENA, 0),
        at -> {
          if (at % Float.BYTES == 0) {
            places.add(at / Float.BYTES);
          }
        });
    return places;
  }

  @Test
  void eachElementOfTheResultComesFromItsOwn() throws Exception {
    for (long seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int h = random.nextInt(1, 5);
      int w = random.nextInt(1, 5);
      int c = random.nextInt(1, 4);
      int f = random.nextInt(1, 4);
      int g = random.nextInt(1, 4);
      int[] perm = random.nextBoolean() ? new int[] {0, 1, 2, 3} : new int[] {0, 2, 3, 1};
      Region x = tensor(perm, 1, c, h, w);
      Enlarged e = enlarged(x, List.of(1, 1, f, g));
      assertThat(e.shape()).as("seed %d", seed).containsExactly(1, c, h * f, w * g);
      Region y = tensor(perm, 1, c, h * f, w * g);
      List<Long> from = places(e.repeated());
      List<Long> to = places(e.split(y).orElseThrow());
      assertThat(from).as("elements, seed %d", seed).hasSameSizeAs(to);
      List<Long> source = places(x);
      List<Long> result = places(y);
      for (int i = 0; i < to.size(); i++) {
        int at = result.indexOf(to.get(i));
        int column = at % (w * g) / g;
        int row = at / (w * g) % (h * f) / f;
        int channel = at / (w * g * h * f);
        assertThat(from.get(i))
            .as("element %d of the result, seed %d", at, seed)
            .isEqualTo(source.get((channel * h + row) * w + column));
      }
    }
  }

  @Test
  void moreDimensionsThanAViewHasAreRefusedInWords() {
    Region x = tensor(new int[] {0, 1, 2, 3}, 2, 2, 2, 2);
    assertThatThrownBy(() -> enlarged(x, List.of(2, 2, 2, 2)))
        .isInstanceOf(UnsupportedNodeException.class)
        .hasMessageContaining("[2, 2, 2, 2]");
  }
}
