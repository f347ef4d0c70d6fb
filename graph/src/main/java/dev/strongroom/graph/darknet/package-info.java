/**
 * Reads networks of the Darknet framework: a .cfg with the layers and a .weights with the numbers.
 */
package dev.strongroom.graph.darknet;
