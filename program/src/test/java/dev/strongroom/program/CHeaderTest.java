package dev.strongroom.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The C header and the Java descriptors are two spellings of one list. */
class CHeaderTest {
  private static final Path HEADER = Path.of("src/main/c/strongroom_program.h");
  private static final Pattern DEFINE =
      Pattern.compile("^#define +(SR_\\w+) +(\\S+)", Pattern.MULTILINE);

  private static final List<Class<?>> DESCRIPTORS =
      List.of(
          ProgramHeaderDescriptor.class,
          ChunkDescriptor.class,
          AllocationDescriptor.class,
          PortDescriptor.class,
          ViewDescriptor.class,
          WindowDescriptor.class,
          ActivationDescriptor.class,
          SaturationDescriptor.class,
          SamplingDescriptor.class,
          StepDescriptor.class,
          RepeatDescriptor.class,
          CompiledModelDescriptor.class);

  @Test
  void theHeaderHasEveryConstantOfTheDescriptorsAndNoOther() throws Exception {
    assertThat(inHeader()).isEqualTo(inJava());
  }

  @Test
  void everyDescriptorClassIsCompared() throws IOException {
    try (var sources = Files.list(Path.of("src/main/java/dev/strongroom/program"))) {
      assertThat(sources.map(path -> path.getFileName().toString()))
          .filteredOn(name -> name.endsWith("Descriptor.java"))
          .containsExactlyInAnyOrderElementsOf(
              DESCRIPTORS.stream().map(type -> type.getSimpleName() + ".java").toList());
    }
  }

  private static Map<String, Long> inHeader() throws IOException {
    Map<String, Long> constants = new TreeMap<>();
    Matcher define = DEFINE.matcher(Files.readString(HEADER));
    while (define.find()) {
      assertThat(constants.put(define.group(1), Long.decode(define.group(2))))
          .as("%s is defined once", define.group(1))
          .isNull();
    }
    return constants;
  }

  private static Map<String, Long> inJava() throws IllegalAccessException {
    Map<String, Long> constants = new TreeMap<>();
    for (Class<?> descriptor : DESCRIPTORS) {
      String prefix = snake(descriptor.getSimpleName().replaceAll("Descriptor$", ""));
      for (Field field : descriptor.getDeclaredFields()) {
        if (Modifier.isPublic(field.getModifiers()) && field.getType() == int.class) {
          constants.put("SR_" + prefix + "_" + field.getName(), (long) field.getInt(null));
        }
      }
    }
    constants.put("SR_PROGRAM_TAG_BYTES", (long) Program.TAG_BYTES);
    constants.put("SR_PROGRAM_ALIGNMENT", (long) Program.ALIGNMENT);
    constants.put("SR_PACKED_WEIGHTS_PANEL", (long) PackedWeights.PANEL);
    constants.put(
        "SR_PACKED_WEIGHTS_QUANTIZED_HEADER_ROWS", (long) PackedWeights.QUANTIZED_HEADER_ROWS);
    constants.put("SR_PACKED_WEIGHTS_MIN_SCRATCH", (long) PackedWeights.MIN_SCRATCH);
    constants.put("SR_TABLE_ENTRIES", (long) Step.Table.ENTRIES);
    codes(constants, "SPACE", Space.values(), Space::code);
    codes(constants, "ELEMENT_TYPE", ElementType.values(), ElementType::code);
    codes(constants, "POOL2D_KIND", Step.Pool2d.Kind.values(), Step.Pool2d.Kind::code);
    codes(constants, "REDUCE_KIND", Step.Reduce.Kind.values(), Step.Reduce.Kind::code);
    codes(constants, "BINARY_KIND", Step.Binary.Kind.values(), Step.Binary.Kind::code);
    codes(
        constants,
        "QUANTIZED_BINARY_KIND",
        Step.QuantizedBinary.Kind.values(),
        Step.QuantizedBinary.Kind::code);
    codes(constants, "FUNCTION", Activation.Function.values(), Activation.Function::code);
    for (Activation.Function function : Activation.Function.values()) {
      constants.put(
          "SR_FUNCTION_" + function + "_PARAMETERS",
          (long) ActivationDescriptor.parameters(function));
    }
    return constants;
  }

  private static <E extends Enum<E>> void codes(
      Map<String, Long> constants, String prefix, E[] values, ToIntFunction<E> code) {
    for (E value : values) {
      constants.put("SR_" + prefix + "_" + value.name(), (long) code.applyAsInt(value));
    }
  }

  private static String snake(String camel) {
    return camel.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
  }
}
