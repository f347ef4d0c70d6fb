package dev.strongroom.compiler.lower;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RegionTest {
  private static Region dense(int... shape) {
    int bytes = 4;
    for (int dim : shape) {
      bytes *= dim;
    }
    return Region.dense(new Storage.Buffer("t", bytes), shape);
  }

  /** Where each element lies, in C order. */
  private static List<Integer> places(Region region) {
    List<Integer> places =
        new ArrayList<>(
            List.of((int) (region.view(dev.strongroom.program.Space.ARENA, 0).offset() / 4)));
    for (int d = 0; d < region.rank(); d++) {
      List<Integer> next = new ArrayList<>();
      for (int place : places) {
        for (int i = 0; i < region.dim(d); i++) {
          next.add(place + i * region.stride(d));
        }
      }
      places = next;
    }
    return places;
  }

  @Test
  void reshapingKeepsElementsInOrderOrRefuses() {
    int possible = 0;
    for (long seed = 0; seed < 2000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int[] shape = {random.nextInt(1, 4), random.nextInt(1, 5), random.nextInt(1, 7)};
      Region region = dense(shape);
      if (random.nextBoolean()) {
        region = region.permute(0, 2, 1);
      }
      if (random.nextBoolean() && region.dim(2) > 1) {
        region = region.narrow(2, 1, region.dim(2) - 1);
      }
      int[] target = {region.dim(0) * region.dim(1), 1, region.dim(2) % 2 == 0 ? 2 : 1, 0};
      target[3] = region.dim(2) / target[2];
      Optional<Region> reshaped = region.reshape(target);
      if (reshaped.isPresent()) {
        possible++;
        assertThat(places(reshaped.get())).as("seed %d", seed).isEqualTo(places(region));
      }
    }
    assertThat(possible).isGreaterThan(500);
  }

  @Test
  void transposedPixelsCannotBeFlattenedWithoutACopy() {
    assertThat(dense(1, 3, 4, 5).permute(0, 2, 3, 1).reshape(1, 60)).isEmpty();
    assertThat(dense(1, 3, 4, 5).permute(0, 2, 3, 1).reshape(1, 20, 3)).isPresent();
  }

  @Test
  void carryingARegionFollowsTheCopyElementByElement() {
    for (long seed = 0; seed < 2000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int h = random.nextInt(1, 4);
      int w = random.nextInt(1, 4);
      int c = random.nextInt(1, 5);
      Region source = dense(2 * h, w, c);
      Region target = dense(2 * h, w, c + 7).narrow(2, random.nextInt(8), c);
      int from = random.nextInt(c);
      Region part =
          random.nextBoolean()
              ? source.narrow(2, from, random.nextInt(1, c - from + 1))
              : source.reshape(h, 2, w, c).orElseThrow().narrow(1, random.nextInt(2), 1);
      Optional<Region> carried = part.carry(source, target);
      assertThat(carried).as("seed %d", seed).isPresent();
      List<Integer> sourcePlaces = places(source);
      List<Integer> targetPlaces = places(target);
      List<Integer> expected =
          places(part).stream().map(p -> targetPlaces.get(sourcePlaces.indexOf(p))).toList();
      assertThat(places(carried.orElseThrow())).as("seed %d", seed).isEqualTo(expected);
    }
  }
}
