package dev.strongroom.bench.engine;

/**
 * A model whose speed is measured: fp32, batch 1.
 *
 * @param name for people, and to choose it by
 * @param input what it takes, such as {@code 48x192}
 * @param origin where it comes from
 */
public record EngineModel(String name, String input, ModelOrigin origin) {}
