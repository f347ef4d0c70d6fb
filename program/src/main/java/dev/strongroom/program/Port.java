package dev.strongroom.program;

/**
 * A named input or output of a model.
 *
 * @param name as in the model file
 * @param view where it lies in {@link Space#ARENA}: the model's own dimensions, F32, I32 or I64 as
 *     the model file has it. An output is dense; an input is dense in some order of its dimensions,
 *     in which its elements cross (an image with its channels innermost, as kernels read it). The
 *     world opens an input into it before step 0, and seals an output from it after the last step.
 */
public record Port(String name, View view) {}
